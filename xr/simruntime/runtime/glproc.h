/* The OpenGL functions that the runtime calls in the program's context, found at run time. */
#ifndef SPACETIME_SIM_GLPROC_H
#define SPACETIME_SIM_GLPROC_H

#include <GL/gl.h>
#include <GL/glext.h>

#define SIM_GL_FUNCTIONS(X) \
	X(GLenum, GetError, (void)) \
	X(void, GetIntegerv, (GLenum, GLint *)) \
	X(void, GenTextures, (GLsizei, GLuint *)) \
	X(void, DeleteTextures, (GLsizei, const GLuint *)) \
	X(void, BindTexture, (GLenum, GLuint)) \
	X(void, TexParameteri, (GLenum, GLenum, GLint)) \
	X(void, TexImage2D, (GLenum, GLint, GLint, GLsizei, GLsizei, GLint, GLenum, GLenum, const void *)) \
	X(void, TexImage3D, (GLenum, GLint, GLint, GLsizei, GLsizei, GLsizei, GLint, GLenum, GLenum, const void *)) \
	X(void, GenFramebuffers, (GLsizei, GLuint *)) \
	X(void, DeleteFramebuffers, (GLsizei, const GLuint *)) \
	X(void, BindFramebuffer, (GLenum, GLuint)) \
	X(void, FramebufferTexture2D, (GLenum, GLenum, GLenum, GLuint, GLint)) \
	X(void, FramebufferTextureLayer, (GLenum, GLenum, GLuint, GLint, GLint)) \
	X(GLenum, CheckFramebufferStatus, (GLenum)) \
	X(void, ReadBuffer, (GLenum)) \
	X(void, ReadPixels, (GLint, GLint, GLsizei, GLsizei, GLenum, GLenum, void *)) \
	X(void, PixelStorei, (GLenum, GLint)) \
	X(void, BindBuffer, (GLenum, GLuint)) \
	X(void, Enable, (GLenum))

typedef struct SimGlFunctions {
#define SIM_GL_FIELD(result, name, parameters) result(APIENTRY *name) parameters;
	SIM_GL_FUNCTIONS(SIM_GL_FIELD)
#undef SIM_GL_FIELD
} SimGlFunctions;

extern SimGlFunctions sim_gl;

#endif
