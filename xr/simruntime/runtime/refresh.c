/* XR_FB_display_refresh_rate. */
#include "functions.h"
#include "internal.h"

void sim_rate_change(float hz)
{
	if (hz == sim.rate_hz)
		return;
	XrEventDataDisplayRefreshRateChangedFB event = {
		.type = XR_TYPE_EVENT_DATA_DISPLAY_REFRESH_RATE_CHANGED_FB,
		.fromDisplayRefreshRate = sim.rate_hz,
		.toDisplayRefreshRate = hz,
	};
	sim.rate_hz = hz;
	if (sim.instance && sim.instance->extension[SIM_EXT_refresh_rate])
		sim_event_push(&event, sizeof(event));
}

XrResult sim_EnumerateDisplayRefreshRatesFB(XrSession session, uint32_t capacity, uint32_t *count, float *rates)
{
	SIM_LIVE_SESSION(found, session);
	uint32_t available = 0;
	while (available < SIM_COUNT(sim.model->rates_hz) && sim.model->rates_hz[available] > 0)
		available++;
	return sim_two_call_copy(capacity, count, rates, sim.model->rates_hz, available, sizeof(float));
}

XrResult sim_GetDisplayRefreshRateFB(XrSession session, float *rate)
{
	SIM_LIVE_SESSION(found, session);
	SIM_POINTER(rate);
	*rate = sim.rate_hz;
	return XR_SUCCESS;
}

XrResult sim_RequestDisplayRefreshRateFB(XrSession session, float rate)
{
	SIM_LIVE_SESSION(found, session);
	/* 0 says that the program has no wish; it then gets the rate of the model. */
	float wanted = rate == 0 ? sim.model->rates_hz[0] : rate;
	SIM_REQUIRE(sim_device_set_rate(wanted), XR_ERROR_DISPLAY_REFRESH_RATE_UNSUPPORTED_FB, "no rate of %g Hz", rate);
	return XR_SUCCESS;
}
