/* Pacing in real time: a thread that waits for frames and works 90 % of a period, and one that
 * renders for 70 % of it, must together still make a frame a period. */
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include "core_client.h"

#define FRAMES 90
#define PERIOD 13888889 /* ns */

static XrSession session;
static XrTime times[FRAMES];
static sem_t ready;

static int64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void *wait_thread(void *unused)
{
	(void)unused;
	for (int i = 0; i < FRAMES; i++) {
		XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
		MUST(xrWaitFrame(session, NULL, &state));
		times[i] = state.predictedDisplayTime;
		usleep(PERIOD / 1000 * 9 / 10);
		sem_post(&ready);
	}
	return NULL;
}

static void render(int frame)
{
	sem_wait(&ready);
	MUST(xrBeginFrame(session, NULL));
	usleep(PERIOD / 1000 * 7 / 10);
	MUST(end_frame(session, times[frame], 0, NULL));
}

int main(void)
{
	XrInstance instance;
	session = headless_session(&instance, XR_CURRENT_API_VERSION);
	begin(instance, session);
	sem_init(&ready, 0, 0);
	pthread_t thread;
	int64_t start = now_ns();
	pthread_create(&thread, NULL, wait_thread, NULL);
	for (int i = 0; i < FRAMES; i++)
		render(i);
	pthread_join(thread, NULL);
	double periods = (double)(now_ns() - start) / PERIOD / FRAMES;
	printf("%.3f periods a frame\n", periods);
	/* One after the other they would need 1.6 periods. */
	CHECK(periods < 1.25, "%.3f periods a frame", periods);
	for (int i = 1; i < FRAMES; i++)
		CHECK((times[i] - times[i - 1] + PERIOD / 2) / PERIOD >= 1 && (times[i] - times[i - 1]) % PERIOD == 0,
		      "display times are not on the grid of the display: %lld", (long long)(times[i] - times[i - 1]));
	MUST(xrDestroyInstance(instance));
	return verdict();
}
