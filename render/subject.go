package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// meter sums light as it falls on a picture, each part of it weighted by the root of
// its light: what is dark does not count, however much of it there is, so that a
// crescent is metered by its lit part as a full disc is; and what is bright counts for
// more than it covers, but a hairline does not outweigh wide rings.
type meter struct{ root, cubed float64 } // sums of light to the powers 1/2 and 3/2

// add adds what covers a share of the picture and shows so much light.
func (m *meter) add(share, light float64) {
	root := share * math.Sqrt(light)
	m.root += root
	m.cubed += root * light
}

// mean is the light of what is lit, and filled the share of the picture that it covers:
// for what is evenly lit, its light and its size.
func (m *meter) mean() float64   { return m.cubed / math.Max(m.root, nearlyNothing) }
func (m *meter) filled() float64 { return m.root / math.Sqrt(math.Max(m.mean(), nearlyNothing)) }

const nearlyNothing = 1e-60

// A disc is metered at meterAlong by meterAcross places, the rings at meterRound by
// meterZones.
const (
	meterAlong  = 12
	meterAcross = 6
	meterRound  = 16
	meterZones  = 10
)

// meterBody meters a body with its air and its rings: light in white surfaces that face
// the Sun where the body is, shares in those of the picture. It is worked out from what
// is known of the body, not from the picture: so all parts of a poster and both eyes
// agree, before they are drawn.
func (fr *frame) meterBody(body astro.Body) (m meter) {
	reachM := body.Info().MeanRadiusM
	if rings := ringsOf(body); rings != nil {
		reachM = rings.outerM
	}
	if math.Pi*square(reachM/fr.relative(0, body).Len()) < leastSubject*fr.views[0].steradians() {
		return m
	}
	if seen := fr.unhidden(0, body); seen > 0 {
		fr.meterDisc(&m, body, seen)
		fr.meterRings(&m, body, seen)
	}
	return m
}

// leastSubject is the share of a picture that a body fills at least to be metered: so
// little that even as the target it hardly counts.
const leastSubject = 1e-5

// meterDisc adds the sunlit side of a body.
func (fr *frame) meterDisc(m *meter, body astro.Body, seen float64) {
	d := fr.globe(body)
	sunward := fr.relative(0, astro.Sun).Normalize()
	air := fr.shownAir(body)
	for i := range meterAlong {
		for j := range meterAcross {
			x, y, area := litPlace(i, j)
			at, mu, sr := d.at(x, y, area)
			mu0 := at.Dot(d.sun)
			if mu0 <= 0 {
				continue
			}
			place := d.fromUnit.Mul3x1(at)
			ray := d.centreM.Add(place)
			share := seen * sr * fr.inPicture(ray)
			if share <= 0 {
				continue
			}
			light := d.light * (mu0 + d.lunar*(2*mu0/(mu0+mu)-mu0))
			if air >= 0 {
				light = atmospheres[air].over(light, mu, mu0, ray.Dot(sunward)/ray.Len())
			}
			if fr.shadows.n[body] > 0 {
				light *= luma(fr.shadows.lit(body, place, d.sunM))
			}
			m.add(share, light)
		}
	}
}

// litPlace is a place on a disc of radius 1 whose Sun is along x, and the area about
// it: in rows along x, each the denser the nearer to the Sun's limb, where crescents
// are.
func litPlace(i, j int) (x, y, area float64) {
	y = 2*(float64(j)+0.5)/meterAcross - 1
	half := math.Sqrt(1 - y*y)
	u := (float64(i) + 0.5) / meterAlong
	return half * (1 - 2*u*u), y, half * 4 * u / meterAlong * 2 / meterAcross
}

// globe is a body as [bodyView] has it, its semi-axes as units.
type globe struct {
	centreM, sunM mgl64.Vec3 // from the eye; from the centre to the Sun
	fromUnit      mgl64.Mat3 // to ICRF metres
	up, side      mgl64.Vec3 // to the eye; normal to it, as near to the Sun as can be
	sun           mgl64.Vec3 // direction
	distance      float64    // of the eye
	halfRad       float64    // angular radius
	light, lunar  float64    // of what faces the Sun; [lunarShare]
}

func (fr *frame) globe(body astro.Body) (d globe) {
	turn, radii := fr.world.Ephemeris.Orientations[body], semiAxes(body)
	toUnit := toUnitSphere(turn, radii)
	d.fromUnit = turn.Mat4().Mat3().Mul3(mgl64.Diag3(radii))
	d.centreM, d.sunM = fr.relative(0, body), fr.sunward(body)
	eye := toUnit.Mul3x1(d.centreM.Mul(-1))
	d.distance = math.Max(eye.Len(), 1+1e-6)
	d.halfRad = math.Asin(1 / d.distance)
	d.up = eye.Normalize()
	d.sun, d.light, d.lunar = toUnit.Mul3x1(d.sunM).Normalize(), faceOn(body), lunarShare(body, fr.phaseDeg(body))
	switch body {
	case astro.Sun: // all of it is as bright
		d.sun, d.light, d.lunar = d.up, 1, 1
	case astro.Earth: // whose colours are albedos
		d.light = atmospheres[airOf(body)].ground[1]
	}
	d.side = d.sun.Sub(d.up.Mul(d.sun.Dot(d.up)))
	if d.side.Len() < 1e-6 {
		d.side = normalTo(d.up)
	}
	d.side = d.side.Normalize()
	return d
}

// at is the place where the line of sight that is x and y radii of the disc from its
// middle, as angles, meets the globe; under which cosine; and how many steradians an
// area of the disc measures there.
func (d *globe) at(x, y, area float64) (hit mgl64.Vec3, mu, sr float64) {
	away := math.Hypot(x, y) * d.halfRad
	sin, cos := math.Sincos(away)
	across := d.side.Mul(x).Add(d.up.Cross(d.side).Mul(y)).Mul(d.halfRad / math.Max(away, 1e-12))
	ray := across.Mul(sin).Sub(d.up.Mul(cos))
	// The eye at s up: |s up + t ray| = 1, the nearer one.
	near := math.Max(1-square(d.distance*sin), 0)
	hit = d.up.Mul(d.distance).Add(ray.Mul(d.distance*cos - math.Sqrt(near)))
	return hit, math.Sqrt(near), area * square(d.halfRad) * sin / math.Max(away, 1e-12)
}

// over is the light of air over ground that would show so much without it, at least:
// under the cosines mu of the line of sight and mu0 of the Sun; nu is that of the angle
// between them. It is that of single scattering as rings.frag and air.glsl have it, in
// green; what is scattered more often brings it up to that of the ground. Against the
// Sun air may glow brighter than white: it counts as mostGlow at most.
func (a *atmosphere) over(ground, mu, mu0, nu float64) float64 {
	const green = 1
	gas, haze, ahead := a.gas.depth[green], a.haze.depth[green], a.haze.ahead[green]
	turned := 1 + ahead*(ahead-2*nu)
	scattered := gas*0.1875*(1+nu*nu) + haze*a.haze.albedo[green]*0.25*(1-ahead*ahead)/(turned*math.Sqrt(turned))
	through := math.Exp(-(gas + haze) * (1/mu + 1/mu0))
	glow := scattered / (gas + haze) * mu0 / (mu + mu0) * (1 - through)
	return math.Max(ground, math.Min(glow, mostGlow)+ground*a.surface*through)
}

const mostGlow = 0.6

// inPicture is how much a direction, in metres from the eye, counts in the picture, over
// its steradians: all of it in the middle, less towards the edges, so that nothing
// changes by a step as it comes into view.
func (fr *frame) inPicture(ray mgl64.Vec3) (share float64) {
	for i := range fr.n {
		v := &fr.views[i]
		t := v.all()
		p := v.axes.Mul3x1(ray)
		if p[2] >= 0 {
			continue
		}
		x, y := (p[0]/-p[2]-t[0])/(t[1]-t[0]), (p[1]/-p[2]-t[2])/(t[3]-t[2])
		share += meterWindow(x) * meterWindow(y) / v.steradians()
	}
	return share / float64(fr.n)
}

// meterWindow is how much a place counts that is x of the way across the picture.
func meterWindow(x float64) float64 {
	return smoothstep(0, meterEdge, x) * smoothstep(0, meterEdge, 1-x)
}

const meterEdge = 0.2

// steradians is about the size of all that is to be seen in a view, which counts as a
// circle.
func (v *viewpoint) steradians() float64 {
	t := v.all()
	return 2 * math.Pi * (1 - 1/math.Sqrt(1+(t[1]-t[0])*(t[3]-t[2])/math.Pi))
}

// ringZone is the mean of a part of a ring system.
type ringZone struct{ radiusM, widthM, depth, bright, dust float64 }

// ringZones are what is metered of each ring system, by its row.
var ringZones = func() (zones [][meterZones]ringZone) {
	for row := range ringSystems {
		r := &ringSystems[row]
		widthM := (r.outerM - r.innerM) / meterZones
		var own [meterZones]ringZone
		for i := range own {
			mean := r.part(i, meterZones, 40)
			opacity := math.Max(mean[0], nearlyNothing)
			own[i] = ringZone{
				radiusM: r.innerM + widthM*(float64(i)+0.5), widthM: widthM,
				depth: -math.Log1p(-mean[0]), bright: mean[1] / opacity, dust: mean[2] / opacity,
			}
		}
		zones = append(zones, own)
	}
	return zones
}()

// meterRings adds the rings of a body, where they are not in its shadow nor behind it.
func (fr *frame) meterRings(m *meter, body astro.Body, seen float64) {
	rings := ringsOf(body)
	if rings == nil || !fr.world.Layers.Has(scene.LayerRings) {
		return
	}
	axes := fr.world.Ephemeris.Orientations[body].Mat4().Mat3()
	centre, sun, up := fr.relative(0, body), fr.sunward(body).Normalize(), axes.Col(2)
	mu0 := math.Max(math.Abs(sun.Dot(up)), 1e-3)
	radiusM := body.Info().MeanRadiusM
	for i := range ringZones[rings.row] {
		z := &ringZones[rings.row][i]
		for k := range meterRound {
			sin, cos := math.Sincos(2 * math.Pi * (float64(k) + 0.5) / meterRound)
			place := axes.Mul3x1(mgl64.Vec3{z.radiusM * cos, z.radiusM * sin, 0})
			ray := centre.Add(place)
			away := ray.Len()
			side := -ray.Dot(up) / away
			mu := math.Max(math.Abs(side), 1e-3)
			sr := z.radiusM * z.widthM * 2 * math.Pi / meterRound * mu / (away * away)
			share := seen * sr * fr.inPicture(ray)
			if share <= 0 || behindBall(place, sun, radiusM) || behindBall(place, ray.Mul(-1/away), radiusM) {
				continue
			}
			light := z.scattered(ray.Dot(sun)/away, rings.dust)
			m.add(share, light*layerScattered(z.depth, mu, mu0, side*sun.Dot(up) < 0))
		}
	}
}

// scattered is the light of an opaque layer of a zone, by the cosine of the angle by which
// light is turned; dust is what its dust scatters.
func (z *ringZone) scattered(turned, dust float64) float64 {
	return (1-z.dust)*z.bright*iceBackward(math.Acos(-turned)/math.Pi) + z.dust*dust*0.25*dustForward(turned)
}

// behindBall tells whether a ball about the origin lies between a place and what is in a
// direction.
func behindBall(place, toward mgl64.Vec3, radiusM float64) bool {
	along := place.Dot(toward)
	return along < 0 && place.LenSqr()-along*along < radiusM*radiusM
}

// layerScattered, iceBackward and dustForward are scattered, backward and forward of
// rings.frag.
func layerScattered(depth, mu, mu0 float64, through bool) float64 {
	if !through {
		return mu0 / (mu + mu0) * -math.Expm1(-depth*(1/mu+1/mu0))
	}
	seen := math.Exp(-depth / mu)
	x := depth * (1/mu0 - 1/mu)
	if math.Abs(x) < 1e-3 {
		return seen * (1 - 0.5*x) * depth / mu
	}
	return (seen - math.Exp(-depth/mu0)) / x * depth / mu
}

func iceBackward(phase float64) float64 { return (math.Pow(1-phase, 3.09) + 0.10) / 1.10 }

func dustForward(cosine float64) float64 {
	lobe := func(g float64) float64 {
		x := 1 / math.Sqrt(1+g*g-2*g*cosine)
		return (1 - g*g) * x * x * x
	}
	return 0.70*lobe(0.995) + 0.16*lobe(0.63) + 0.14*lobe(0.02)
}
