package render

// Quality is how much work a picture is worth: how fine surfaces are kept, in how
// many steps air is crossed. What there is to see is the same for all.
type Quality string

// The qualities.
const (
	QualityAuto   Quality = "auto" // low on a software renderer, else high
	QualityLow    Quality = "low"
	QualityMedium Quality = "medium"
	QualityHigh   Quality = "high"
)

// chooseQuality settles what auto means on this device.
func (d *device) chooseQuality(wish Quality) Quality {
	switch {
	case wish != QualityAuto && wish != "":
		return wish
	case d.Software:
		return QualityLow
	}
	return QualityHigh
}
