/* The configuration: environment variables, read whenever an instance is made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* There is nothing to report to yet, so what is wrong goes to stderr, as from the loader. */
static XrResult refuse(const char *variable, const char *value, const char *wanted)
{
	fprintf(stderr, "spacetime_sim: %s=%s: want %s\n", variable, value, wanted);
	return XR_ERROR_RUNTIME_FAILURE;
}

static XrResult read_text(const char *variable, char *text, size_t size)
{
	const char *value = getenv(variable);
	if (value && strlen(value) >= size)
		return refuse(variable, value, "something shorter");
	snprintf(text, size, "%s", value ? value : "");
	return XR_SUCCESS;
}

/* choice is the place of the value in a NULL-ended list; 0 when the variable is not set. */
static XrResult read_choice(const char *variable, const char *const *list, const char *wanted, uint32_t *choice)
{
	const char *value = getenv(variable);
	*choice = 0;
	if (!value || !*value)
		return XR_SUCCESS;
	while (list[*choice] && strcmp(list[*choice], value) != 0)
		++*choice;
	return list[*choice] ? XR_SUCCESS : refuse(variable, value, wanted);
}

static XrResult read_count(const char *variable, uint32_t *count)
{
	const char *value = getenv(variable);
	if (!value || !*value)
		return XR_SUCCESS;
	char *end;
	unsigned long number = strtoul(value, &end, 10);
	if (*end || *value == '-' || number > UINT32_MAX)
		return refuse(variable, value, "a whole number");
	*count = (uint32_t)number;
	return XR_SUCCESS;
}

static XrResult read_model(SimConfig *config)
{
	SIM_TRY(read_text("SPACETIME_SIM_MODEL", config->model, sizeof(config->model)));
	if (!config->model[0])
		snprintf(config->model, sizeof(config->model), "%s", sim_models[0].name);
	if (sim_model_by_name(config->model))
		return XR_SUCCESS;
	char names[512] = "one of";
	for (uint32_t i = 0; i < sim_model_count; i++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), " %s", sim_models[i].name);
	return refuse("SPACETIME_SIM_MODEL", config->model, names);
}

static XrResult read_all(SimConfig *config)
{
	static const char *const clocks[] = {"real", "stepped", NULL};
	static const char *const checks[] = {"all", "cheap", "off", NULL};
	uint32_t clock, check;
	SIM_TRY(read_text("SPACETIME_SIM_SCRIPT", config->script, sizeof(config->script)));
	SIM_TRY(read_text("SPACETIME_SIM_STEPS", config->steps, sizeof(config->steps)));
	SIM_TRY(read_text("SPACETIME_SIM_OUT", config->out, sizeof(config->out)));
	SIM_TRY(read_model(config));
	SIM_TRY(read_choice("SPACETIME_SIM_CLOCK", clocks, "real or stepped", &clock));
	SIM_TRY(read_choice("SPACETIME_SIM_CHECKS", checks, "all, cheap or off", &check));
	config->picture_every = 1;
	SIM_TRY(read_count("SPACETIME_SIM_PICTURES", &config->picture_every));
	config->clock = clock == 1 ? SIM_CLOCK_STEPPED : SIM_CLOCK_REAL;
	config->checks_images = check == 0;
	config->checks_calls = check != 2;
	return XR_SUCCESS;
}

XrResult sim_config_load(bool *changed)
{
	SimConfig config = {0};
	SIM_TRY(read_all(&config));
	*changed = memcmp(&config, &sim.config, sizeof(config)) != 0;
	sim.config = config;
	return XR_SUCCESS;
}
