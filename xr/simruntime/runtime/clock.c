/* The time of the simulated headset: that of the machine, or one that only moves when asked to. */
#include <time.h>

#include "functions.h"
#include "internal.h"

static int64_t monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SIM_SECOND + now.tv_nsec;
}

void sim_clock_start(SimClockKind kind)
{
	sim.clock = (SimClock){.kind = kind, .stepped = SIM_TIME_ORIGIN, .real_origin_ns = monotonic_ns()};
}

/* What is to be added to the headset's time for the machine's (CLOCK_MONOTONIC): the two are the same
 * now, so in stepped time, which stands while the machine's goes on, it is another in every call. */
static int64_t machine_ahead_ns(void)
{
	if (sim.clock.kind == SIM_CLOCK_STEPPED)
		return monotonic_ns() - sim.clock.stepped;
	return sim.clock.real_origin_ns - SIM_TIME_ORIGIN;
}

XrTime sim_now(void)
{
	return sim.clock.kind == SIM_CLOCK_STEPPED ? sim.clock.stepped : monotonic_ns() - machine_ahead_ns();
}

static struct timespec timespec_of(XrTime time)
{
	int64_t ns = time + machine_ahead_ns();
	return (struct timespec){.tv_sec = ns / SIM_SECOND, .tv_nsec = ns % SIM_SECOND};
}

/* Another call may run while this one waits, and names itself as the running one. */
static void wait_changed(const struct timespec *until)
{
	const char *function = sim.running_function;
	if (until)
		pthread_cond_clockwait(&sim.changed, &sim.mutex, CLOCK_MONOTONIC, until);
	else
		pthread_cond_wait(&sim.changed, &sim.mutex);
	sim.running_function = function;
}

const char *sim_unlock(void)
{
	const char *function = sim.running_function;
	pthread_mutex_unlock(&sim.mutex);
	return function;
}

void sim_lock_again(const char *function)
{
	pthread_mutex_lock(&sim.mutex);
	sim.running_function = function;
}

void sim_wait_until(XrTime time)
{
	if (sim.clock.kind == SIM_CLOCK_STEPPED) {
		if (sim.clock.stepped < time)
			sim.clock.stepped = time;
		return;
	}
	struct timespec until = timespec_of(time);
	while (sim_now() < time)
		wait_changed(&until);
}

void sim_wait_for_change(void)
{
	wait_changed(NULL);
}

void sim_wake(void)
{
	pthread_cond_broadcast(&sim.changed);
}

XrResult sim_ConvertTimespecTimeToTimeKHR(XrInstance instance, const struct timespec *timespec, XrTime *time)
{
	SIM_FIND(Instance, found, instance);
	SIM_POINTER(timespec);
	SIM_POINTER(time);
	SIM_REQUIRE(timespec->tv_sec >= 0 && timespec->tv_sec < INT64_MAX / SIM_SECOND / 2 && timespec->tv_nsec >= 0 && timespec->tv_nsec < SIM_SECOND,
	            XR_ERROR_TIME_INVALID, "the timespec is no time");
	XrTime converted = timespec->tv_sec * SIM_SECOND + timespec->tv_nsec - machine_ahead_ns();
	SIM_REQUIRE(converted > 0, XR_ERROR_TIME_INVALID, "the timespec is before the runtime's time began");
	*time = converted;
	return XR_SUCCESS;
}

XrResult sim_ConvertTimeToTimespecTimeKHR(XrInstance instance, XrTime time, struct timespec *timespec)
{
	SIM_FIND(Instance, found, instance);
	SIM_POINTER(timespec);
	SIM_REQUIRE(time > 0 && time < INT64_MAX / 2 && time + machine_ahead_ns() >= 0, XR_ERROR_TIME_INVALID,
	            "time %lld is out of range", (long long)time);
	*timespec = timespec_of(time);
	return XR_SUCCESS;
}
