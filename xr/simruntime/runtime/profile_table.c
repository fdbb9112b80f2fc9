/* Every interaction profile that a program may suggest bindings for.
 *
 * The facts are those of the OpenXR 1.1 specification: the chapter "Interaction
 * Profile Paths" for the profiles of core 1.0 and 1.1, the page of its
 * extension for every other. A component stands for .../input/COMPONENT, with
 * "out:" for .../output/COMPONENT; "L:" and "R:" say that only the left or the
 * right hand has it. What type it has is told by its last word (see profile.c).
 * Components that the specification keeps for the system ("system/click",
 * "home/click") are here too: a program may suggest them, and gets nothing. */
#include "action.h"

#define HANDS "/user/hand/left /user/hand/right"

#define POSES " grip/pose aim/pose"
#define SURFACE " grip_surface/pose"
#define HAPTIC " out:haptic"
#define STICK " thumbstick thumbstick/x thumbstick/y thumbstick/click"
#define TOUCHED_STICK STICK " thumbstick/touch"
#define PAD " trackpad trackpad/x trackpad/y"
#define CLICKED_PAD PAD " trackpad/click trackpad/touch"

/* Buttons of a pair of controllers that mirror each other. */
#define XY_AB " L:x/click L:y/click R:a/click R:b/click"
#define TOUCHED_XY_AB XY_AB " L:x/touch L:y/touch R:a/touch R:b/touch"
#define MENU_AND_SYSTEM " L:menu/click R:system/click"

/* What every controller of the Oculus and Meta Touch family has. */
#define TOUCH \
	TOUCHED_XY_AB MENU_AND_SYSTEM " squeeze/value trigger/value trigger/touch" TOUCHED_STICK POSES HAPTIC
#define TOUCH_WITH_REST TOUCH " thumbrest/touch"
#define PROXIMITY " trigger/proximity thumb_resting_surfaces/proximity"
#define CURL " trigger_curl/value trigger_slide/value"

#define WINDOWS_MR " menu/click squeeze/click trigger/value" STICK CLICKED_PAD POSES HAPTIC
#define PICO \
	TOUCHED_XY_AB " system/click squeeze/click squeeze/value trigger/click trigger/touch trigger/value" \
	TOUCHED_STICK POSES HAPTIC

/* Every component, with the space or NUL after it, takes 8 bytes at least ("a/click"), so a list that is
 * no longer than this has no more of them than a source has room for. */
#define ROOM (8 * SIM_MAX_COMPONENTS)
#define PROFILE(name, title, core, extension, users, components)                                                  \
	{name, title, core, extension, users, (components) + 0 * sizeof(struct {                                      \
		 _Static_assert(sizeof(components) <= ROOM, "SIM_MAX_COMPONENTS is too small for " name);                 \
		 char unused;                                                                                             \
	 })}

const SimProfile sim_profiles[] = {
	/* Core 1.0. */
	PROFILE("khr/simple_controller", "Khronos Simple Controller", SIM_CORE_1_0, NULL, HANDS,
	 "select/click menu/click" POSES HAPTIC),
	PROFILE("google/daydream_controller", "Google Daydream Controller", SIM_CORE_1_0, NULL, HANDS,
	 "select/click" CLICKED_PAD POSES),
	PROFILE("htc/vive_controller", "HTC Vive Controller", SIM_CORE_1_0, NULL, HANDS,
	 "system/click squeeze/click menu/click trigger/click trigger/value" CLICKED_PAD POSES HAPTIC),
	PROFILE("htc/vive_pro", "HTC Vive Pro", SIM_CORE_1_0, NULL, "/user/head",
	 "system/click volume_up/click volume_down/click mute_mic/click"),
	PROFILE("microsoft/motion_controller", "Microsoft Mixed Reality Motion Controller", SIM_CORE_1_0, NULL, HANDS,
	 WINDOWS_MR),
	PROFILE("microsoft/xbox_controller", "Microsoft Xbox Controller", SIM_CORE_1_0, NULL, "/user/gamepad",
	 "menu/click view/click a/click b/click x/click y/click"
	 " dpad_down/click dpad_right/click dpad_up/click dpad_left/click shoulder_left/click shoulder_right/click"
	 " thumbstick_left/click thumbstick_right/click trigger_left/value trigger_right/value"
	 " thumbstick_left thumbstick_left/x thumbstick_left/y thumbstick_right thumbstick_right/x thumbstick_right/y"
	 " out:haptic_left out:haptic_right out:haptic_left_trigger out:haptic_right_trigger"),
	PROFILE("oculus/go_controller", "Oculus Go Controller", SIM_CORE_1_0, NULL, HANDS,
	 "system/click trigger/click back/click" CLICKED_PAD POSES),
	PROFILE("oculus/touch_controller", "Oculus Touch Controller", SIM_CORE_1_0, NULL, HANDS,
	 TOUCH_WITH_REST),
	PROFILE("valve/index_controller", "Valve Index Controller", SIM_CORE_1_0, NULL, HANDS,
	 "system/click system/touch a/click a/touch b/click b/touch squeeze/value squeeze/force"
	 " trigger/click trigger/value trigger/touch" TOUCHED_STICK PAD " trackpad/force trackpad/touch" POSES HAPTIC),

	/* Core 1.1, most of them an extension before. */
	PROFILE("htc/vive_cosmos_controller", "HTC Vive Cosmos Controller", SIM_CORE_1_1,
	 "XR_HTC_vive_cosmos_controller_interaction", HANDS,
	 XY_AB MENU_AND_SYSTEM " shoulder/click squeeze/click trigger/click trigger/value" TOUCHED_STICK POSES HAPTIC),
	PROFILE("htc/vive_focus3_controller", "HTC Vive Focus 3 Controller", SIM_CORE_1_1,
	 "XR_HTC_vive_focus3_controller_interaction", HANDS,
	 XY_AB MENU_AND_SYSTEM " squeeze/click squeeze/touch squeeze/value trigger/click trigger/touch trigger/value"
	 TOUCHED_STICK " thumbrest/touch" POSES HAPTIC),
	PROFILE("samsung/odyssey_controller", "Samsung Odyssey Controller", SIM_CORE_1_1,
	 "XR_EXT_samsung_odyssey_controller", HANDS, WINDOWS_MR),
	PROFILE("hp/mixed_reality_controller", "HP Mixed Reality Controller", SIM_CORE_1_1,
	 "XR_EXT_hp_mixed_reality_controller", HANDS,
	 XY_AB " menu/click squeeze/value trigger/value" STICK POSES HAPTIC),
	PROFILE("ml/ml2_controller", "Magic Leap 2 Controller", SIM_CORE_1_1, "XR_ML_ml2_controller_interaction", HANDS,
	 "menu/click home/click trigger/click trigger/value" CLICKED_PAD " trackpad/force shoulder/click" POSES HAPTIC),
	PROFILE("bytedance/pico_neo3_controller", "PICO Neo3 Controller", SIM_CORE_1_1, "XR_BD_controller_interaction", HANDS,
	 PICO " menu/click"),
	PROFILE("bytedance/pico4_controller", "PICO 4 Controller", SIM_CORE_1_1, "XR_BD_controller_interaction", HANDS,
	 PICO " L:menu/click"),
	PROFILE("bytedance/pico_g3_controller", "PICO G3 Controller", SIM_CORE_1_1, "XR_BD_controller_interaction", HANDS,
	 "trigger/click trigger/value menu/click" STICK POSES),
	PROFILE("meta/touch_pro_controller", "Meta Quest Touch Pro Controller", SIM_CORE_1_1, NULL, HANDS,
	 TOUCH_WITH_REST SURFACE PROXIMITY CURL " thumbrest/force stylus/force out:haptic_trigger out:haptic_thumb"),
	PROFILE("meta/touch_plus_controller", "Meta Quest Touch Plus Controller", SIM_CORE_1_1, NULL, HANDS,
	 TOUCH_WITH_REST SURFACE PROXIMITY CURL " trigger/force"),
	PROFILE("meta/touch_controller_rift_cv1", "Oculus Rift CV1 Controller", SIM_CORE_1_1, NULL, HANDS,
	 TOUCH_WITH_REST SURFACE PROXIMITY),
	PROFILE("meta/touch_controller_quest_1_rift_s", "Oculus Quest and Rift S Controller", SIM_CORE_1_1, NULL, HANDS,
	 TOUCH SURFACE PROXIMITY),
	PROFILE("meta/touch_controller_quest_2", "Meta Quest 2 Controller", SIM_CORE_1_1, NULL, HANDS,
	 TOUCH_WITH_REST SURFACE PROXIMITY),

	/* Extensions only. */
	PROFILE("facebook/touch_controller_pro", "Meta Quest Touch Pro Controller", SIM_EXTENSION_ONLY,
	 "XR_FB_touch_controller_pro", HANDS,
	 TOUCH_WITH_REST " thumbrest/force stylus_fb/force trigger/curl_fb trigger/slide_fb thumb_fb/proximity_fb"
	 " trigger/proximity_fb out:haptic_trigger_fb out:haptic_thumb_fb"),
	PROFILE("meta/touch_controller_plus", "Meta Quest Touch Plus Controller", SIM_EXTENSION_ONLY,
	 "XR_META_touch_controller_plus", HANDS,
	 TOUCH_WITH_REST " thumb_meta/proximity_meta trigger/proximity_meta trigger/curl_meta trigger/slide_meta"
	 " trigger/force"),
	PROFILE("bytedance/pico_ultra_controller_bd", "PICO Ultra Controller", SIM_EXTENSION_ONLY,
	 "XR_BD_ultra_controller_interaction", HANDS, PICO SURFACE " L:menu/click"),
	PROFILE("varjo/xr-4_controller", "Varjo XR-4 Controller", SIM_EXTENSION_ONLY, "XR_VARJO_xr4_controller_interaction", HANDS,
	 "L:menu/click R:system/click a/click a/touch b/click b/touch squeeze/click squeeze/touch"
	 " trigger/value trigger/touch" TOUCHED_STICK POSES HAPTIC),
	PROFILE("khr/generic_controller", "Khronos Generic Controller", SIM_EXTENSION_ONLY, "XR_KHR_generic_controller", HANDS,
	 "primary/click secondary/click squeeze/value trigger/value" STICK POSES SURFACE HAPTIC),
	PROFILE("yvr/touch_controller_yvr", "YVR Touch Controller", SIM_EXTENSION_ONLY, "XR_YVR_controller_interaction", HANDS,
	 TOUCHED_XY_AB MENU_AND_SYSTEM " squeeze/click trigger/value trigger/touch" TOUCHED_STICK POSES HAPTIC),
	PROFILE("ext/hand_interaction_ext", "Hand", SIM_EXTENSION_ONLY, "XR_EXT_hand_interaction", HANDS,
	 "pinch_ext/value pinch_ext/ready_ext pinch_ext/pose grasp_ext/value grasp_ext/ready_ext"
	 " aim_activate_ext/value aim_activate_ext/ready_ext poke_ext/pose" POSES),
	PROFILE("microsoft/hand_interaction", "Hand", SIM_EXTENSION_ONLY, "XR_MSFT_hand_interaction", HANDS,
	 "select/value squeeze/value" POSES),
	PROFILE("ext/eye_gaze_interaction", "Eyes", SIM_EXTENSION_ONLY, "XR_EXT_eye_gaze_interaction", "/user/eyes_ext",
	 "gaze_ext/pose"),
};

const uint32_t sim_profile_count = SIM_COUNT(sim_profiles);
_Static_assert(SIM_COUNT(sim_profiles) <= SIM_MAX_PROFILES, "SIM_MAX_PROFILES is too small");
/* Each profile brings one extension at most, and palm poses are of one more. */
_Static_assert(SIM_COUNT(sim_profiles) < SIM_MAX_PROFILE_EXTENSIONS, "SIM_MAX_PROFILE_EXTENSIONS is too small");
