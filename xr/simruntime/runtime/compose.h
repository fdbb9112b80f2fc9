/* Composing one eye's view from the layers. */
#ifndef SPACETIME_SIM_COMPOSE_H
#define SPACETIME_SIM_COMPOSE_H

#include "sim.h"

typedef struct SimEye {
	uint32_t index;         /* 0 left, 1 right */
	uint32_t width, height;
	XrPosef world;          /* where it is when the picture is shown */
	XrFovf fov;
	float *rgb;             /* linear light, rows from the bottom up */
} SimEye;

/* A GL scope must be open. The layers have been checked. false: an image could not be had. */
bool sim_compose_eye(const SimEye *eye, const XrFrameEndInfo *info, XrTime time);

#endif
