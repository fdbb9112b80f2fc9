/* XR_KHR_visibility_mask. The visible part of an eye's view is a disc, a little wider than the
 * rectangle of the view is high and wide, so that it cuts off the corners; the hidden part is
 * what the rectangle has outside of it. All points lie on the plane z = -1. */
#include <math.h>

#include "functions.h"
#include "internal.h"

#define SEGMENTS 32     /* a multiple of 8, so that the corners are among the points */
#define DISC_RADIUS 1.1 /* in half sides of the rectangle */

/* A point in units of half sides from the centre of the view, put on the plane z = -1. */
static XrVector2f on_plane(XrFovf fov, double x, double y)
{
	double left = tan(fov.angleLeft), right = tan(fov.angleRight);
	double down = tan(fov.angleDown), up = tan(fov.angleUp);
	return (XrVector2f){
		(float)((left + right) / 2 + x * (right - left) / 2),
		(float)((down + up) / 2 + y * (up - down) / 2),
	};
}

/* The border of the rectangle (radius 2: further out than any corner), or of the disc within it. */
static XrVector2f border(XrFovf fov, uint32_t segment, double radius)
{
	double angle = 2 * 3.14159265358979323846 * segment / SEGMENTS;
	double x = cos(angle), y = sin(angle);
	double to_side = 1 / fmax(fabs(x), fabs(y));
	double distance = fmin(radius, to_side);
	return on_plane(fov, x * distance, y * distance);
}

typedef struct Mesh {
	XrVector2f vertex[2 * SEGMENTS + 1];
	uint32_t index[6 * SEGMENTS];
	uint32_t vertices, indices;
} Mesh;

static void add_index(Mesh *mesh, uint32_t index)
{
	mesh->index[mesh->indices++] = index;
}

static void hidden_mesh(Mesh *mesh, XrFovf fov)
{
	for (uint32_t i = 0; i < SEGMENTS; i++) {
		mesh->vertex[2 * i] = border(fov, i, DISC_RADIUS);
		mesh->vertex[2 * i + 1] = border(fov, i, 2);
	}
	mesh->vertices = 2 * SEGMENTS;
	for (uint32_t i = 0; i < SEGMENTS; i++) {
		uint32_t inner = 2 * i, outer = inner + 1;
		uint32_t next_inner = (inner + 2) % mesh->vertices, next_outer = next_inner + 1;
		const uint32_t quad[] = {inner, outer, next_outer, inner, next_outer, next_inner};
		for (uint32_t k = 0; k < SIM_COUNT(quad); k++)
			add_index(mesh, quad[k]);
	}
}

static void visible_outline(Mesh *mesh, XrFovf fov)
{
	for (uint32_t i = 0; i < SEGMENTS; i++)
		mesh->vertex[i] = border(fov, i, DISC_RADIUS);
	mesh->vertices = SEGMENTS;
}

static void visible_mesh(Mesh *mesh, XrFovf fov)
{
	visible_outline(mesh, fov);
	mesh->vertex[mesh->vertices++] = on_plane(fov, 0, 0);
	for (uint32_t i = 0; i < SEGMENTS; i++) {
		add_index(mesh, SEGMENTS);
		add_index(mesh, i);
		add_index(mesh, (i + 1) % SEGMENTS);
	}
}

static void outline(Mesh *mesh, XrFovf fov)
{
	visible_outline(mesh, fov);
	for (uint32_t i = 0; i < SEGMENTS; i++)
		add_index(mesh, i);
}

static XrResult build_mesh(Mesh *mesh, XrVisibilityMaskTypeKHR type, XrFovf fov)
{
	mesh->vertices = mesh->indices = 0;
	switch (type) {
	case XR_VISIBILITY_MASK_TYPE_HIDDEN_TRIANGLE_MESH_KHR:
		hidden_mesh(mesh, fov);
		return XR_SUCCESS;
	case XR_VISIBILITY_MASK_TYPE_VISIBLE_TRIANGLE_MESH_KHR:
		visible_mesh(mesh, fov);
		return XR_SUCCESS;
	case XR_VISIBILITY_MASK_TYPE_LINE_LOOP_KHR:
		outline(mesh, fov);
		return XR_SUCCESS;
	default:
		return sim_reject(XR_ERROR_VALIDATION_FAILURE, "visibility mask type %d does not exist", type);
	}
}

XrResult sim_GetVisibilityMaskKHR(XrSession session, XrViewConfigurationType views, uint32_t view,
                                  XrVisibilityMaskTypeKHR type, XrVisibilityMaskKHR *out)
{
	SIM_LIVE_SESSION(found, session);
	SIM_STRUCT(out, XR_TYPE_VISIBILITY_MASK_KHR);
	SIM_TRY(sim_check_views(views));
	SIM_REQUIRE(view < 2, XR_ERROR_VALIDATION_FAILURE, "there is no view %u", view);
	Mesh mesh;
	SIM_TRY(build_mesh(&mesh, type, sim.model->fov[view]));
	if (!sim.model->hidden_area)
		mesh.vertices = mesh.indices = 0;
	SIM_TRY(sim_two_call_copy(out->vertexCapacityInput, &out->vertexCountOutput, out->vertices, mesh.vertex,
	                          mesh.vertices, sizeof(XrVector2f)));
	return sim_two_call_copy(out->indexCapacityInput, &out->indexCountOutput, out->indices, mesh.index, mesh.indices,
	                         sizeof(uint32_t));
}
