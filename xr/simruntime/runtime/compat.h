/* OpenXR items newer than the 1.0.20 headers, with the values of the public registry
 * (xr.xml 1.1.62), and the loader's negotiation structures, which no installed header has. */
#ifndef SPACETIME_SIM_COMPAT_H
#define SPACETIME_SIM_COMPAT_H

#include <stddef.h>

#include <EGL/egl.h>
#include <GL/glx.h>
#include <X11/Xlib.h>

#include <time.h>

#define XR_USE_GRAPHICS_API_OPENGL
#define XR_USE_PLATFORM_XLIB
#define XR_USE_PLATFORM_EGL
#define XR_USE_TIMESPEC
#include <openxr/openxr.h>
#include <openxr/openxr_platform.h>

#ifndef XR_EXT_user_presence
#define XR_EXT_USER_PRESENCE_EXTENSION_NAME "XR_EXT_user_presence"
#define XR_TYPE_EVENT_DATA_USER_PRESENCE_CHANGED_EXT ((XrStructureType)1000470000)
#define XR_TYPE_SYSTEM_USER_PRESENCE_PROPERTIES_EXT ((XrStructureType)1000470001)
typedef struct XrEventDataUserPresenceChangedEXT {
	XrStructureType type;
	const void *next;
	XrSession session;
	XrBool32 isUserPresent;
} XrEventDataUserPresenceChangedEXT;
typedef struct XrSystemUserPresencePropertiesEXT {
	XrStructureType type;
	void *next;
	XrBool32 supportsUserPresence;
} XrSystemUserPresencePropertiesEXT;
#endif

#ifndef XR_EXT_local_floor
#define XR_EXT_LOCAL_FLOOR_EXTENSION_NAME "XR_EXT_local_floor"
#define XR_REFERENCE_SPACE_TYPE_LOCAL_FLOOR ((XrReferenceSpaceType)1000426000)
#endif

#ifndef XR_VERSION_1_1
#define XR_TYPE_SPACES_LOCATE_INFO ((XrStructureType)1000471000)
#define XR_TYPE_SPACE_LOCATIONS ((XrStructureType)1000471001)
#define XR_TYPE_SPACE_VELOCITIES ((XrStructureType)1000471002)
typedef struct XrSpacesLocateInfo {
	XrStructureType type;
	const void *next;
	XrSpace baseSpace;
	XrTime time;
	uint32_t spaceCount;
	const XrSpace *spaces;
} XrSpacesLocateInfo;
typedef struct XrSpaceLocationData {
	XrSpaceLocationFlags locationFlags;
	XrPosef pose;
} XrSpaceLocationData;
typedef struct XrSpaceLocations {
	XrStructureType type;
	void *next;
	uint32_t locationCount;
	XrSpaceLocationData *locations;
} XrSpaceLocations;
typedef struct XrSpaceVelocityData {
	XrSpaceVelocityFlags velocityFlags;
	XrVector3f linearVelocity;
	XrVector3f angularVelocity;
} XrSpaceVelocityData;
typedef struct XrSpaceVelocities {
	XrStructureType type;
	void *next;
	uint32_t velocityCount;
	XrSpaceVelocityData *velocities;
} XrSpaceVelocities;
typedef XrResult(XRAPI_PTR *PFN_xrLocateSpaces)(XrSession, const XrSpacesLocateInfo *, XrSpaceLocations *);
#define XR_ERROR_EXTENSION_DEPENDENCY_NOT_ENABLED ((XrResult)-1000710001)
#endif

/* The loader's side of the negotiation: loader interface version 1. */
typedef enum SimLoaderStruct { SIM_LOADER_STRUCT_LOADER_INFO = 1, SIM_LOADER_STRUCT_RUNTIME_REQUEST = 3 } SimLoaderStruct;

typedef struct SimLoaderInfo {
	uint32_t struct_type;
	uint32_t struct_version;
	size_t struct_size;
	uint32_t min_interface_version;
	uint32_t max_interface_version;
	XrVersion min_api_version;
	XrVersion max_api_version;
} SimLoaderInfo;

typedef struct SimRuntimeRequest {
	uint32_t struct_type;
	uint32_t struct_version;
	size_t struct_size;
	uint32_t runtime_interface_version;
	XrVersion runtime_api_version;
	PFN_xrGetInstanceProcAddr get_instance_proc_addr;
} SimRuntimeRequest;

#endif
