/* A C ABI over OpenCV: decoding, encoding, Haar cascades and drawing.
 *
 * A call that fails returns NULL or -1, and mv_error() says why, per thread. No call throws or prints.
 * Pixels are 8 bits a channel, row by row without padding: 1 channel gray, 3 RGB, 4 RGBA.
 * Strings are UTF-8. An object belongs to one thread at a time. */
#ifndef MIEN_VISION_H
#define MIEN_VISION_H

#include <stdint.h>

#ifdef _WIN32
#define MV_API __declspec(dllexport)
#else
#define MV_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Goes up with every change that an older caller would not survive. */
#define MV_ABI 1
MV_API int32_t mv_abi(void);

/* OpenCV's version, "4.6.0". */
MV_API const char* mv_opencv_version(void);

/* Why the last failed call of this thread failed. */
MV_API const char* mv_error(void);

/* Pictures. */
typedef struct mv_picture mv_picture;
typedef struct {
    int32_t width, height;
    int32_t channels; /* 1 gray, 3 RGB, 4 RGBA */
} mv_picture_info;

/* Decodes a file's bytes. orientation is EXIF's, 1 (upright) to 8; the picture is turned upright by it. */
MV_API mv_picture* mv_decode(const uint8_t* file, int64_t size, int32_t orientation);
MV_API void mv_picture_get_info(const mv_picture* picture, mv_picture_info* info);
/* Writes height x width x channels bytes; 16 bits a channel are scaled to 8. */
MV_API int32_t mv_picture_read(const mv_picture* picture, uint8_t* pixels);
MV_API void mv_picture_free(mv_picture* picture);

/* Encoded files. format is an extension with its dot, ".png"; quality is 1 to 100 and only JPEG and WebP heed it. */
typedef struct mv_file mv_file;
MV_API mv_file* mv_encode(const char* format, const uint8_t* pixels, int32_t width, int32_t height, int32_t channels, int32_t quality);
MV_API int64_t mv_file_size(const mv_file* file);
MV_API void mv_file_read(const mv_file* file, uint8_t* bytes);
MV_API void mv_file_free(mv_file* file);

/* Cascades of boosted Haar features. */
typedef struct mv_cascade mv_cascade;
typedef struct {
    double scale_factor;
    int32_t minimum_neighbors;
    int32_t minimum_size; /* side in pixels; 0: none */
    int32_t maximum_size; /* side in pixels; 0: none */
} mv_cascade_options;
typedef struct {
    int32_t x, y, width, height;
    int32_t neighbors; /* how many windows were merged into this box */
} mv_detection;

/* Makes a cascade from the text of an XML file. */
MV_API mv_cascade* mv_cascade_create(const char* xml, int64_t size);
/* Searches a gray picture and returns how many boxes it found; mv_cascade_read writes that many. */
MV_API int32_t mv_cascade_detect(mv_cascade* cascade, const uint8_t* gray, int32_t width, int32_t height, const mv_cascade_options* options);
MV_API void mv_cascade_read(const mv_cascade* cascade, mv_detection* detections);
MV_API void mv_cascade_free(mv_cascade* cascade);

/* Drawing into the caller's pixels. Colours are 0xRRGGBB. */
typedef struct {
    uint8_t* pixels;
    int32_t width, height, channels;
} mv_canvas;

/* thickness is that of the line; -1 fills the rectangle. */
MV_API int32_t mv_draw_rectangle(const mv_canvas* canvas, int32_t x, int32_t y, int32_t width, int32_t height, int32_t color, int32_t thickness);
/* Draws ASCII text with smooth edges; x, y is the left end of its base line. */
MV_API int32_t mv_draw_text(const mv_canvas* canvas, const char* text, int32_t x, int32_t y, double scale, int32_t color, int32_t thickness);
/* Width and height of a text above its base line, and what hangs below it. */
MV_API int32_t mv_text_size(const char* text, double scale, int32_t thickness, int32_t* width, int32_t* height, int32_t* below);

#ifdef __cplusplus
}
#endif
#endif
