/* The report: one JSON object a line, on disk as soon as it is known, so that a program which
 * never destroys its instance, or dies, has its report too. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "internal.h"

static FILE *report;
static bool summary_written;

XrResult sim_report_open(void)
{
	if (report)
		fclose(report);
	report = NULL;
	summary_written = false;
	if (!sim.config.out[0])
		return XR_SUCCESS;
	char path[sizeof(sim.config.out) + 32];
	snprintf(path, sizeof(path), "%s/report.jsonl", sim.config.out);
	mkdir(sim.config.out, 0777);
	report = fopen(path, "we");
	if (!report) {
		fprintf(stderr, "spacetime_sim: SPACETIME_SIM_OUT=%s: want a folder that can be written: %s\n", sim.config.out,
		        strerror(errno));
		return XR_ERROR_RUNTIME_FAILURE;
	}
	setvbuf(report, NULL, _IOLBF, BUFSIZ);
	return XR_SUCCESS;
}

locale_t sim_plain_locale(void)
{
	static locale_t plain;
	if (!plain)
		plain = newlocale(LC_ALL_MASK, "C", NULL);
	return plain;
}

void sim_report(const char *kind, const char *format, ...)
{
	if (!report)
		return;
	char rest[4096];
	locale_t before = uselocale(sim_plain_locale());
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(rest, sizeof(rest), format, arguments);
	va_end(arguments);
	uselocale(before);
	summary_written = false;
	fprintf(report, "{\"kind\":\"%s\",\"time\":%lld%s%s}\n", kind, (long long)sim_now(), rest[0] ? "," : "", rest);
}

const char *sim_json_string(char *buffer, size_t size, const char *text)
{
	size_t used = 0;
	buffer[used++] = '"';
	for (; *text && used + 8 < size; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\')
			used += (size_t)snprintf(buffer + used, size - used, "\\%c", c);
		else if (c < 0x20)
			used += (size_t)snprintf(buffer + used, size - used, "\\u%04x", c);
		else
			buffer[used++] = (char)c;
	}
	buffer[used++] = '"';
	buffer[used] = 0;
	return buffer;
}

static void tell(SimSeverity severity, const char *id, const char *text)
{
	static const char *severities[] = {[SIM_INFO] = "info", [SIM_WARNING] = "warning", [SIM_ERROR] = "error"};
	char quoted[1100];
	sim.totals.errors += severity == SIM_ERROR;
	sim.totals.warnings += severity == SIM_WARNING;
	sim_report("message", "\"severity\":\"%s\",\"id\":\"%s\",\"function\":\"%s\",\"text\":%s,\"frame\":%llu",
	           severities[severity], id, sim.running_function ? sim.running_function : "",
	           sim_json_string(quoted, sizeof(quoted), text), (unsigned long long)sim.frame_now);
	sim_debug_queue(severity, id, text);
}

void sim_message(SimSeverity severity, const char *id, const char *format, ...)
{
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	tell(severity, id, text);
}

/* A program may ask to find out, or meet what the device does; neither is a mistake of it. */
static bool is_an_answer(XrResult result)
{
	static const XrResult answers[] = {
		XR_ERROR_FORM_FACTOR_UNAVAILABLE, XR_ERROR_FORM_FACTOR_UNSUPPORTED, XR_ERROR_SIZE_INSUFFICIENT,
		XR_ERROR_SESSION_LOST,            XR_ERROR_INSTANCE_LOST,           XR_ERROR_PATH_UNSUPPORTED,
		XR_ERROR_EXTENSION_NOT_PRESENT,   XR_ERROR_API_VERSION_UNSUPPORTED, XR_ERROR_REFERENCE_SPACE_UNSUPPORTED,
		XR_ERROR_VIEW_CONFIGURATION_TYPE_UNSUPPORTED, XR_ERROR_DISPLAY_REFRESH_RATE_UNSUPPORTED_FB,
	};
	for (uint32_t i = 0; i < SIM_COUNT(answers); i++)
		if (answers[i] == result)
			return true;
	return false;
}

XrResult sim_reject(XrResult result, const char *format, ...)
{
	char reason[400], text[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	const char *name = sim_result_name(result);
	snprintf(text, sizeof(text), "%s: %s", name ? name : "?", reason);
	tell(is_an_answer(result) ? SIM_INFO : SIM_ERROR, "call-refused", text);
	return result;
}

void sim_report_summary(void)
{
	if (!report)
		return;
	const SimTotals *t = &sim.totals;
	sim_report("summary",
	           "\"frames\":%llu,\"missed\":%llu,\"discarded\":%llu,\"errors\":%llu,\"warnings\":%llu,"
	           "\"faults\":%llu,\"instances\":%llu,\"sessions\":%llu,\"pose_age_max_ns\":%lld,"
	           "\"live_objects\":%u,\"state\":\"%s\"",
	           (unsigned long long)t->frames, (unsigned long long)t->missed, (unsigned long long)t->discarded,
	           (unsigned long long)t->errors, (unsigned long long)t->warnings, (unsigned long long)t->faults,
	           (unsigned long long)t->instances, (unsigned long long)t->sessions, (long long)t->pose_age_max,
	           sim_live_objects(), sim_state_name(t->last_state));
	summary_written = true;
}

/* The library stays loaded until the process ends, so this is the last chance of a program that
 * left without destroying its instance. */
__attribute__((destructor)) static void finish(void)
{
	if (!summary_written)
		sim_report_summary();
	if (report)
		fclose(report);
	report = NULL;
}
