/* Handles: one table of live objects. A handle is its place in the table and a serial number
 * that is never used again, so a handle of something gone cannot be taken for another. */
#include <stdlib.h>
#include <string.h>

#include "sim.h"

static SimObject **slots;
static uint32_t slot_count;
static uint32_t next_serial = 1;

static bool grow(void)
{
	uint32_t wider = slot_count ? slot_count * 2 : 64;
	SimObject **grown = realloc(slots, wider * sizeof(*slots));
	if (!grown)
		return false;
	for (uint32_t i = slot_count; i < wider; i++)
		grown[i] = NULL;
	slots = grown;
	slot_count = wider;
	return true;
}

static bool give_handle(SimObject *object)
{
	uint32_t place = 0;
	while (place < slot_count && slots[place])
		place++;
	if (place == slot_count && !grow())
		return false;
	slots[place] = object;
	object->handle = (uint64_t)next_serial++ << 32 | (place + 1);
	return true;
}

void *sim_object_new(SimKind kind, size_t size, void *parent)
{
	SimObject *object = calloc(1, size);
	if (!object)
		return NULL;
	object->kind = kind;
	object->references = 1;
	object->parent = parent;
	if (!give_handle(object)) {
		free(object);
		return NULL;
	}
	if (parent) {
		object->next_sibling = object->parent->first_child;
		object->parent->first_child = object;
	}
	return object;
}

static void leave_parent(SimObject *object)
{
	if (!object->parent)
		return;
	SimObject **link = &object->parent->first_child;
	while (*link != object)
		link = &(*link)->next_sibling;
	*link = object->next_sibling;
	object->parent = NULL;
}

void sim_object_destroy(void *pointer)
{
	SimObject *object = pointer;
	while (object->first_child)
		sim_object_destroy(object->first_child);
	leave_parent(object);
	slots[(uint32_t)object->handle - 1] = NULL;
	object->handle = 0;
	if (object->destroy)
		object->destroy(object);
	sim_object_release(object);
}

void sim_object_retain(void *object)
{
	((SimObject *)object)->references++;
}

void sim_object_release(void *pointer)
{
	SimObject *object = pointer;
	if (--object->references > 0)
		return;
	if (object->release)
		object->release(object);
	free(object);
}

void *sim_find(SimKind kind, uint64_t handle)
{
	uint32_t place = (uint32_t)handle - 1;
	if (handle == 0 || place >= slot_count || !slots[place])
		return NULL;
	SimObject *object = slots[place];
	return object->handle == handle && object->kind == kind ? object : NULL;
}

uint32_t sim_live_objects(void)
{
	uint32_t alive = 0;
	for (uint32_t i = 0; i < slot_count; i++)
		alive += slots[i] != NULL;
	return alive;
}

const void *sim_chain(const void *next, XrStructureType type)
{
	for (const XrBaseInStructure *link = next; link; link = link->next)
		if (link->type == type)
			return link;
	return NULL;
}

XrResult sim_two_call(uint32_t capacity, uint32_t *count, const void *array, uint32_t available)
{
	SIM_POINTER(count);
	*count = available;
	if (capacity == 0)
		return XR_SUCCESS;
	SIM_REQUIRE(array, XR_ERROR_VALIDATION_FAILURE, "the array is NULL and its capacity is %u", capacity);
	SIM_REQUIRE(capacity >= available, XR_ERROR_SIZE_INSUFFICIENT, "capacity %u, needed %u", capacity, available);
	return XR_SUCCESS;
}

XrResult sim_two_call_copy(uint32_t capacity, uint32_t *count, void *array, const void *values,
                           uint32_t available, size_t size)
{
	SIM_TRY(sim_two_call(capacity, count, array, available));
	if (capacity > 0)
		memcpy(array, values, available * size);
	return XR_SUCCESS;
}
