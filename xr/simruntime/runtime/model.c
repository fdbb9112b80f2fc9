/* The displays that can be simulated. Resolutions and rates are those commonly published for
 * each class of headset; the angles are ours, chosen to have the class's asymmetry and cant. */
#include <math.h>
#include <string.h>

#include "sim.h"

#define DEG(angle) ((float)((angle)*3.14159265358979323846 / 180))

/* The left eye looks further to the left; the right eye is its mirror image. */
#define FOV(outer, inner, up, down)                              \
	{                                                            \
		{-DEG(outer), DEG(inner), DEG(up), -DEG(down)},          \
			{-DEG(inner), DEG(outer), DEG(up), -DEG(down)}       \
	}

const SimModel sim_models[] = {
	{
		.name = "test",
		.like = "small and square, for software rendering",
		.width = 512,
		.height = 512,
		.fov = FOV(48, 42, 45, 45),
		.ipd_m = 0.063f,
		.rates_hz = {72, 80, 90, 120},
		.hidden_area = true,
		.position_tracked = true,
	},
	{
		.name = "asymmetric",
		.like = "in the manner of a standalone headset linked to a PC: one tall panel for each eye",
		.width = 1832,
		.height = 1920,
		.fov = FOV(52, 43, 44, 53),
		.ipd_m = 0.063f,
		.rates_hz = {90, 72, 80, 120},
		.hidden_area = true,
		.position_tracked = true,
	},
	{
		.name = "canted",
		.like = "in the manner of a PC headset with displays turned five degrees outward",
		.width = 1440,
		.height = 1600,
		.fov = FOV(54, 44, 55, 55),
		.cant_rad = DEG(5),
		.ipd_m = 0.0635f,
		.rates_hz = {90, 80, 120, 144},
		.hidden_area = true,
		.position_tracked = true,
	},
	{
		.name = "wide",
		.like = "in the manner of a very wide headset: ten degrees of cant, no hidden area",
		.width = 2560,
		.height = 1440,
		.fov = FOV(76, 48, 48, 52),
		.cant_rad = DEG(10),
		.ipd_m = 0.065f,
		.rates_hz = {90, 72, 120},
		.position_tracked = true,
	},
	{
		.name = "phone",
		.like = "in the manner of a headset that knows only where it is turned: no position",
		.width = 1024,
		.height = 1024,
		.fov = FOV(45, 45, 45, 45),
		.ipd_m = 0.062f,
		.rates_hz = {60},
	},
};

const uint32_t sim_model_count = SIM_COUNT(sim_models);

const SimModel *sim_model_by_name(const char *name)
{
	for (uint32_t i = 0; i < sim_model_count; i++)
		if (strcmp(sim_models[i].name, name) == 0)
			return &sim_models[i];
	return NULL;
}
