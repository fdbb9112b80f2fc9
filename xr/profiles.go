package xr

import (
	"strings"

	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// profile is a kind of controller, and what of it works which control.
type profile struct {
	path      string
	extension string // that brings it; "" for OpenXR 1.0's own
	bindings  []openxr.Binding
}

// parts maps controls to parts of a controller, such as "left/thumbstick". The
// paths of interaction profiles are from the OpenXR registry, 1.1.62.
type parts map[int]string

// Parts that kinds of controllers have in common.
var (
	sticks = parts{
		move: "left/thumbstick", turn: "right/thumbstick",
		recentreLeft: "left/thumbstick/click", recentreRight: "right/thumbstick/click",
	}
	pads = parts{
		move: "left/trackpad", turn: "right/trackpad",
		recentreLeft: "left/trackpad/click", recentreRight: "right/trackpad/click",
	}
	triggers = parts{steer: "left/trigger/value", fly: "right/trigger/value"}
	grips    = parts{rollLeft: "left/squeeze/value", rollRight: "right/squeeze/value"}
	fists    = parts{rollLeft: "left/squeeze/click", rollRight: "right/squeeze/click"} // grips that only click
	letters  = parts{labels: "left/x/click", screenshot: "left/y/click", slower: "right/a/click", faster: "right/b/click"}
	menu     = parts{pause: "left/menu/click"}
	menus    = parts{pause: "left/menu/click", labels: "right/menu/click"}
)

// touch is what most controllers have: sticks, triggers, grips, four letters and
// a menu button.
var touch = join(sticks, triggers, grips, letters, menu)

// profiles is every kind of controller that is known. Those of OpenXR 1.1 have
// the names of the extensions here, since the instance is one of 1.0.
var profiles = []profile{
	hands("khr/simple_controller", "", parts{
		steer: "left/select/click", fly: "right/select/click",
		pause: "left/menu/click", recentreLeft: "right/menu/click", recentreRight: "right/menu/click",
	}),
	hands("oculus/touch_controller", "", touch),
	hands("meta/touch_controller_plus", "XR_META_touch_controller_plus", touch),
	hands("facebook/touch_controller_pro", "XR_FB_touch_controller_pro", touch),
	hands("valve/index_controller", "", sticks, triggers, grips, parts{
		pause: "left/a/click", labels: "left/b/click", slower: "right/a/click", faster: "right/b/click",
	}),
	hands("htc/vive_controller", "", pads, triggers, fists, menus),
	hands("htc/vive_cosmos_controller", "XR_HTC_vive_cosmos_controller_interaction", touch, fists),
	hands("htc/vive_focus3_controller", "XR_HTC_vive_focus3_controller_interaction", touch),
	hands("microsoft/motion_controller", "", sticks, triggers, fists, menus, parts{
		slower: "left/trackpad/click", faster: "right/trackpad/click",
	}),
	hands("samsung/odyssey_controller", "XR_EXT_samsung_odyssey_controller", sticks, triggers, fists, menus, parts{
		slower: "left/trackpad/click", faster: "right/trackpad/click",
	}),
	hands("hp/mixed_reality_controller", "XR_EXT_hp_mixed_reality_controller", touch),
	hands("bytedance/pico_neo3_controller", "XR_BD_controller_interaction", touch),
	hands("bytedance/pico4_controller", "XR_BD_controller_interaction", touch),
	hands("bytedance/pico_ultra_controller_bd", "XR_BD_ultra_controller_interaction", touch),
	hands("varjo/xr-4_controller", "XR_VARJO_xr4_controller_interaction", sticks, triggers, fists, menu, parts{
		labels: "left/a/click", screenshot: "left/b/click", slower: "right/a/click", faster: "right/b/click",
	}),
	hands("ml/ml2_controller", "XR_ML_ml2_controller_interaction", pads, triggers, menus, parts{
		rollLeft: "left/shoulder/click", rollRight: "right/shoulder/click",
	}),
	hands("yvr/touch_controller_yvr", "XR_YVR_controller_interaction", touch, fists),
	hands("khr/generic_controller", "XR_KHR_generic_controller", sticks, triggers, grips, parts{
		pause: "left/primary/click", labels: "left/secondary/click", slower: "right/primary/click", faster: "right/secondary/click",
	}),
	hands("ext/hand_interaction_ext", "XR_EXT_hand_interaction", parts{
		steer: "left/pinch_ext/value", fly: "right/pinch_ext/value",
		pause: "left/grasp_ext/value", recentreLeft: "right/grasp_ext/value", recentreRight: "right/grasp_ext/value",
	}),
	hands("microsoft/hand_interaction", "XR_MSFT_hand_interaction", parts{
		steer: "left/select/value", fly: "right/select/value",
		pause: "left/squeeze/value", recentreLeft: "right/squeeze/value", recentreRight: "right/squeeze/value",
	}),
	newProfile("microsoft/xbox_controller", "", "/user/", parts{
		move: "gamepad/thumbstick_left", turn: "gamepad/thumbstick_right",
		rollLeft: "gamepad/shoulder_left/click", rollRight: "gamepad/shoulder_right/click",
		sink: "gamepad/trigger_left/value", rise: "gamepad/trigger_right/value",
		slower: "gamepad/a/click", faster: "gamepad/b/click", labels: "gamepad/x/click", screenshot: "gamepad/y/click",
		pause: "gamepad/menu/click", recentreLeft: "gamepad/view/click", recentreRight: "gamepad/view/click",
	}),
}

// hands makes the profile of a controller for each hand, with which one aims.
func hands(name, extension string, has ...parts) profile {
	aims := parts{aimLeft: "left/aim/pose", aimRight: "right/aim/pose"}
	return newProfile(name, extension, "/user/hand/", append(has, aims)...)
}

func newProfile(name, extension, user string, has ...parts) profile {
	p := profile{path: "/interaction_profiles/" + name, extension: extension}
	all := join(has...)
	for n := range controlCount {
		if part, ok := all[n]; ok {
			device, input, _ := strings.Cut(part, "/")
			p.bindings = append(p.bindings, openxr.Binding{Control: n, Path: user + device + "/input/" + input})
		}
	}
	return p
}

// join puts parts together; of two for one control the later one counts.
func join(list ...parts) parts {
	all := parts{}
	for _, p := range list {
		for n, part := range p {
			all[n] = part
		}
	}
	return all
}
