/* What happens round every call: counting it, and the faults that were asked for. */
#include <string.h>

#include "functions.h"
#include "internal.h"

#define MAX_FAULTS 256
#define ONE_MORE(name, need, parameters, arguments) +1

static SimFault faults[MAX_FAULTS];
static uint32_t fault_count;
static uint32_t calls[0 SIM_FUNCTIONS(ONE_MORE)];

bool sim_fault_add(const SimFault *fault)
{
	if (fault_count == MAX_FAULTS)
		return false;
	faults[fault_count++] = *fault;
	return true;
}

void sim_fault_clear(void)
{
	SimFunction running;
	fault_count = 0;
	memset(calls, 0, sizeof(calls));
	if (sim.running_function && sim_function_by_name(sim.running_function, &running))
		calls[running] = 1;
}

uint32_t sim_function_calls(SimFunction function)
{
	return calls[function];
}

static bool is_due(const SimFault *fault, SimFunction function, uint32_t call)
{
	return fault->function == function && call >= fault->first_call && call - fault->first_call < fault->call_count;
}

static void report_fault(const SimFault *fault, uint32_t call)
{
	static const char *effects[] = {"result", "slow", "hang"};
	const char *result = fault->effect == SIM_FAULT_RESULT ? sim_result_name(fault->result) : "";
	sim.totals.faults++;
	sim_report("fault", "\"function\":\"%s\",\"call\":%u,\"effect\":\"%s\",\"result\":\"%s\"", sim.running_function,
	           call, effects[fault->effect], result ? result : "");
}

static void hang(void)
{
	for (;;)
		sim_wait_for_change();
}

/* An error that stays: what the loss of a session or an instance means for later calls. */
static void remember_loss(XrResult result)
{
	if (result == XR_ERROR_SESSION_LOST && sim.session)
		sim.session->lost = true;
	if (result == XR_ERROR_INSTANCE_LOST && sim.instance)
		sim.instance->lost = true;
	sim_wake(); /* who waits for a turn that does not come */
}

static void apply(const SimFault *fault, uint32_t number, SimCall *call)
{
	report_fault(fault, number);
	if (fault->effect == SIM_FAULT_SLOW)
		sim_wait_until(sim_now() + fault->delay);
	else if (fault->effect == SIM_FAULT_HANG)
		hang();
	else if (XR_FAILED(fault->result) || fault->result == XR_TIMEOUT_EXPIRED)
		call->result = fault->result;
	else
		call->replace = fault->result;
	remember_loss(call->result);
}

/* After the loss of an instance only what tidies up still works. */
static bool works_when_lost(const char *function)
{
	static const char *const names[] = {"xrDestroy", "xrResultToString", "xrStructureTypeToString",
	                                    "xrGetInstanceProcAddr", "xrEnumerateInstance", "xrCreateInstance"};
	for (uint32_t i = 0; i < SIM_COUNT(names); i++)
		if (strncmp(function, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

bool sim_call_begin(SimCall *call, SimFunction function)
{
	pthread_mutex_lock(&sim.mutex);
	*call = (SimCall){.function = function, .result = XR_SUCCESS, .replace = XR_SUCCESS};
	sim.running_function = sim_function_name(function);
	if (sim.instance)
		sim_device_advance(sim_now()); /* before the call counts: a fault of this moment can be about it */
	uint32_t number = ++calls[function]; /* a slow call lets other threads count on */
	for (uint32_t i = 0; i < fault_count; i++)
		if (is_due(&faults[i], function, number))
			apply(&faults[i], number, call);
	if (sim.instance && sim.instance->lost && !works_when_lost(sim.running_function))
		call->result = XR_ERROR_INSTANCE_LOST;
	if (call->result == XR_SUCCESS)
		return true;
	call->result = sim_call_end(call, call->result);
	return false;
}

XrResult sim_call_end(SimCall *call, XrResult result)
{
	if (result == XR_SUCCESS)
		result = call->replace;
	SimDebugDelivery *delivery = sim_debug_take();
	sim.running_function = "";
	pthread_mutex_unlock(&sim.mutex);
	sim_debug_deliver(delivery);
	return result;
}
