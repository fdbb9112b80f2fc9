package astro

import (
	"math"
	"time"

	"github.com/go-gl/mathgl/mgl64"
)

const lightMS = 299_792_458.0 // m/s, SI

// Observation says where a body is from another, as JSON that machines can rely
// on. Position and velocity are geometric; right ascension and declination are
// astrometric: of the direction from which the light arrives, without
// aberration. The accuracy is that of the direction from here: the errors of the
// models of both bodies, and of what they move about, in a plain sum.
type Observation struct {
	Body                  Body       `json:"body"`
	From                  Body       `json:"from"`
	TimeUTC               string     `json:"time_utc"`
	TimeTDB               string     `json:"time_tdb"`
	JDTDB                 float64    `json:"jd_tdb"`
	PositionKm            [3]float64 `json:"position_km"`
	VelocityKmS           [3]float64 `json:"velocity_km_s"`
	DistanceKm            float64    `json:"distance_km"`
	LightTimeS            float64    `json:"light_time_s"`
	RADeg                 float64    `json:"ra_deg"`
	DecDeg                float64    `json:"dec_deg"`
	AngularDiameterArcsec float64    `json:"angular_diameter_arcsec"`
	PhaseAngleDeg         float64    `json:"phase_angle_deg"` // at the body, between the Sun and the observer
	Model                 string     `json:"model"`
	AccuracyArcsec        *float64   `json:"accuracy_arcsec"` // null where unknown
}

// Observe returns body as seen from the centre of from. The two must differ, and
// t must be in range.
func Observe(body, from Body, t Time) Observation {
	observer := StateAt(from, t)
	now := StateAt(body, t)
	relative := now.add(observer.scale(-1))
	seen, light := lightTime(body, observer.PositionM, t)
	ra, dec := directionOf(seen)
	distance := relative.PositionM.Len()
	o := Observation{
		Body: body, From: from,
		TimeUTC: t.UTC().Format(time.RFC3339Nano), TimeTDB: t.tdb().Format("2006-01-02T15:04:05.999999999"),
		JDTDB:      t.JulianDate(),
		PositionKm: relative.PositionM.Mul(1e-3), VelocityKmS: relative.VelocityMS.Mul(1e-3),
		DistanceKm: distance / 1e3, LightTimeS: light, RADeg: ra, DecDeg: dec,
		AngularDiameterArcsec: 2 * math.Asin(math.Min(1, body.Info().MeanRadiusM/distance)) / arcsecondRad,
		PhaseAngleDeg:         phaseAngle(now.PositionM, observer.PositionM),
		Model:                 body.Info().Model,
	}
	if worstM := errorM(body, from, t) + errorM(from, body, t); !math.IsInf(worstM, 0) {
		accuracy := worstM / distance / arcsecondRad
		o.AccuracyArcsec = &accuracy
	}
	return o
}

// errorM is how far b may be from its place, in metres, relative to the nearest
// body that both b and other move about: the plain sum of the errors of b, of
// its planet if that is not other's, and so on. It is infinite where unknown.
func errorM(b, other Body, t Time) (sum float64) {
	for ; !movesAbout(other, b); b = facts[b].Parent {
		accuracy := models[b].accuracyArcsec
		if accuracy == 0 {
			return math.Inf(1)
		}
		sum += accuracy * arcsecondRad * relativeState(b, t).PositionM.Len()
	}
	return sum
}

// movesAbout tells whether b is centre, or moves about it, or about what does.
func movesAbout(b, centre Body) bool {
	for b != centre && b != Sun {
		b = facts[b].Parent
	}
	return b == centre
}

// lightTime returns where body was, relative to the observer, when the light
// left it that arrives at t, and for how many seconds the light was on its way.
func lightTime(body Body, observer mgl64.Vec3, t Time) (seen mgl64.Vec3, seconds float64) {
	for range 10 { // each round is v/c better
		then := StateAt(body, t-Time(math.Round(seconds*1e9)))
		seen = then.PositionM.Sub(observer)
		next := seen.Len() / lightMS
		if math.Abs(next-seconds) < 1e-9 {
			break
		}
		seconds = next
	}
	return seen, seconds
}

// directionOf returns right ascension in [0, 360) and declination, in degrees.
func directionOf(v mgl64.Vec3) (ra, dec float64) {
	ra = math.Atan2(v[1], v[0]) / degreeRad
	if ra < 0 {
		ra += 360
	}
	return ra, math.Atan2(v[2], math.Hypot(v[0], v[1])) / degreeRad
}

// phaseAngle is the angle at the body between the Sun, at the origin, and the
// observer, in degrees; 0 for the Sun itself.
func phaseAngle(body, observer mgl64.Vec3) float64 {
	toSun, toObserver := body.Mul(-1), observer.Sub(body)
	if toSun.Len() == 0 || toObserver.Len() == 0 {
		return 0
	}
	return math.Atan2(toSun.Cross(toObserver).Len(), toSun.Dot(toObserver)) / degreeRad
}
