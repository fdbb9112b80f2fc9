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
		controlMove: "left/thumbstick", controlTurn: "right/thumbstick",
		controlRecentreLeft: "left/thumbstick/click", controlRecentreRight: "right/thumbstick/click",
	}
	pads = parts{
		controlMove: "left/trackpad", controlTurn: "right/trackpad",
		controlRecentreLeft: "left/trackpad/click", controlRecentreRight: "right/trackpad/click",
	}
	triggers = parts{controlSteer: "left/trigger/value", controlFly: "right/trigger/value"}
	grips    = parts{controlRollLeft: "left/squeeze/value", controlRollRight: "right/squeeze/value"}
	fists    = parts{controlRollLeft: "left/squeeze/click", controlRollRight: "right/squeeze/click"} // grips that only click
	letters  = parts{controlPause: "left/x/click", controlScreenshot: "left/y/click", controlSlower: "right/a/click", controlFaster: "right/b/click"}
	menu     = parts{controlMenu: "left/menu/click"}
	menus    = parts{controlMenu: "left/menu/click", controlPause: "right/menu/click"}
)

// touch is what most controllers have: sticks, triggers, grips, four letters and
// a menu button.
var touch = join(sticks, triggers, grips, letters, menu)

// profiles is every kind of controller that is known. Those of OpenXR 1.1 have
// the names of the extensions here, since the instance is one of 1.0.
var profiles = []profile{
	hands("khr/simple_controller", "", parts{
		controlSteer: "left/select/click", controlFly: "right/select/click",
		controlMenu: "left/menu/click", controlRecentreLeft: "right/menu/click", controlRecentreRight: "right/menu/click",
	}),
	hands("oculus/touch_controller", "", touch),
	hands("meta/touch_controller_plus", "XR_META_touch_controller_plus", touch),
	hands("facebook/touch_controller_pro", "XR_FB_touch_controller_pro", touch),
	hands("valve/index_controller", "", sticks, triggers, grips, parts{
		controlMenu: "left/a/click", controlPause: "left/b/click", controlSlower: "right/a/click", controlFaster: "right/b/click",
	}),
	hands("htc/vive_controller", "", pads, triggers, fists, menus),
	hands("htc/vive_cosmos_controller", "XR_HTC_vive_cosmos_controller_interaction", touch, fists),
	hands("htc/vive_focus3_controller", "XR_HTC_vive_focus3_controller_interaction", touch),
	hands("microsoft/motion_controller", "", sticks, triggers, fists, menus, parts{
		controlSlower: "left/trackpad/click", controlFaster: "right/trackpad/click",
	}),
	hands("samsung/odyssey_controller", "XR_EXT_samsung_odyssey_controller", sticks, triggers, fists, menus, parts{
		controlSlower: "left/trackpad/click", controlFaster: "right/trackpad/click",
	}),
	hands("hp/mixed_reality_controller", "XR_EXT_hp_mixed_reality_controller", touch),
	hands("bytedance/pico_neo3_controller", "XR_BD_controller_interaction", touch),
	hands("bytedance/pico4_controller", "XR_BD_controller_interaction", touch),
	hands("bytedance/pico_ultra_controller_bd", "XR_BD_ultra_controller_interaction", touch),
	hands("varjo/xr-4_controller", "XR_VARJO_xr4_controller_interaction", sticks, triggers, fists, menu, parts{
		controlPause: "left/a/click", controlScreenshot: "left/b/click", controlSlower: "right/a/click", controlFaster: "right/b/click",
	}),
	hands("ml/ml2_controller", "XR_ML_ml2_controller_interaction", pads, triggers, menus, parts{
		controlRollLeft: "left/shoulder/click", controlRollRight: "right/shoulder/click",
	}),
	hands("yvr/touch_controller_yvr", "XR_YVR_controller_interaction", touch, fists),
	hands("khr/generic_controller", "XR_KHR_generic_controller", sticks, triggers, grips, parts{
		controlMenu: "left/primary/click", controlPause: "left/secondary/click", controlSlower: "right/primary/click", controlFaster: "right/secondary/click",
	}),
	hands("ext/hand_interaction_ext", "XR_EXT_hand_interaction", parts{
		controlSteer: "left/pinch_ext/value", controlFly: "right/pinch_ext/value",
		controlMenu: "left/grasp_ext/value", controlRecentreLeft: "right/grasp_ext/value", controlRecentreRight: "right/grasp_ext/value",
	}),
	hands("microsoft/hand_interaction", "XR_MSFT_hand_interaction", parts{
		controlSteer: "left/select/value", controlFly: "right/select/value",
		controlMenu: "left/squeeze/value", controlRecentreLeft: "right/squeeze/value", controlRecentreRight: "right/squeeze/value",
	}),
	newProfile("microsoft/xbox_controller", "", "/user/", parts{
		controlMove: "gamepad/thumbstick_left", controlTurn: "gamepad/thumbstick_right",
		controlRollLeft: "gamepad/shoulder_left/click", controlRollRight: "gamepad/shoulder_right/click",
		controlSink: "gamepad/trigger_left/value", controlRise: "gamepad/trigger_right/value",
		controlSlower: "gamepad/a/click", controlFaster: "gamepad/b/click", controlPause: "gamepad/x/click", controlScreenshot: "gamepad/y/click",
		controlMenu: "gamepad/menu/click", controlRecentreLeft: "gamepad/view/click", controlRecentreRight: "gamepad/view/click",
	}),
}

// hands makes the profile of a controller for each hand, with which one aims.
func hands(name, extension string, has ...parts) profile {
	aims := parts{controlAimLeft: "left/aim/pose", controlAimRight: "right/aim/pose"}
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
