/* A C ABI over FFmpeg: frames out of files, streams, pipes and cameras, and frames into a file.
 *
 * A call that fails returns NULL or -1; mvid_error() says why and mvid_error_kind() what sort of failure it was, per thread.
 * No call throws or prints. Pixels are RGB, 8 bits a channel, row by row without padding. Times are in seconds.
 * Strings are UTF-8. An object belongs to one thread at a time, but for mvid_reader_stop. */
#ifndef MIEN_VIDEO_H
#define MIEN_VIDEO_H

#include <stdint.h>

#ifdef _WIN32
#define MVID_API __declspec(dllexport)
#else
#define MVID_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Goes up with every change that an older caller would not survive. */
#define MVID_ABI 1
MVID_API int32_t mvid_abi(void);

/* FFmpeg's version, "5.1.9-0+deb12u1". */
MVID_API const char* mvid_ffmpeg_version(void);

/* Why the last failed call of this thread failed. */
MVID_API const char* mvid_error(void);
enum {
    MVID_OTHER = 0,
    MVID_STOPPED = 1,   /* by mvid_reader_stop */
    MVID_TIMED_OUT = 2,
    MVID_NOT_FOUND = 3,
    MVID_DENIED = 4,
    MVID_BUSY = 5,      /* another program has the camera */
    MVID_NO_SPACE = 6,
    MVID_INVALID = 7    /* no video that FFmpeg knows, or a damaged one */
};
MVID_API int32_t mvid_error_kind(void);

/* Reading. */
typedef struct mvid_reader mvid_reader;
typedef struct {
    const char* source;  /* path, address, pipe:0 or a device */
    const char* format;  /* FFmpeg's name of the input format, "v4l2"; NULL: told by content */
    const char* options; /* of the format or protocol, "framerate=25:video_size=640x480"; those that it does not have are ignored */
    int64_t maximum_pixels;
    int32_t timeout;     /* milliseconds that a wait for data may last; 0: no limit */
    int32_t live;        /* 1: decode for the least delay, not for the most speed */
} mvid_source;
typedef struct {
    int32_t width, height;  /* as stored, before the turn */
    int32_t quarter_turns;  /* clockwise, 0 to 3, by which the frames are to be turned upright */
    double frame_rate;      /* on average; 0: not known */
    double duration;        /* 0: not known, as of a live stream */
    int64_t frames;         /* by the container's index; 0: not known */
} mvid_info;
typedef struct {
    int32_t width, height;
    int32_t damaged; /* how many faults the decoder met since the frame before, in this frame included */
    double time;     /* from the start; NaN: the container has none */
} mvid_frame;

MVID_API mvid_reader* mvid_reader_create(void);
MVID_API int32_t mvid_reader_open(mvid_reader* reader, const mvid_source* source);
MVID_API void mvid_reader_get_info(const mvid_reader* reader, mvid_info* info);
/* FFmpeg's names of the codec, "h264", and of the format, "mpjpeg". */
MVID_API const char* mvid_reader_codec(const mvid_reader* reader);
MVID_API const char* mvid_reader_format(const mvid_reader* reader);
/* Goes on to the next frame: 1; 0 after the last one. After a failure whatever was read before it has been given. */
MVID_API int32_t mvid_reader_next(mvid_reader* reader, mvid_frame* frame);
/* Writes the frame's height x width x 3 bytes. */
MVID_API int32_t mvid_reader_read(mvid_reader* reader, uint8_t* pixels);
/* Ends a call that waits for data, for good. May be called from any thread. */
MVID_API void mvid_reader_stop(mvid_reader* reader);
MVID_API void mvid_reader_free(mvid_reader* reader);

/* Writing. */
typedef struct mvid_writer mvid_writer;
typedef struct {
    const char* path;            /* its extension names the container */
    const char* encoder;         /* FFmpeg's name, "libx264" */
    const char* encoder_options; /* "preset=veryfast:crf=20" */
    const char* format_options;  /* "movflags=frag_keyframe" */
    double frame_rate;           /* on average */
    int32_t width, height;       /* an odd last column or row is left out */
} mvid_target;
MVID_API int32_t mvid_has_encoder(const char* name);
MVID_API mvid_writer* mvid_writer_open(const mvid_target* target);
/* Appends height x width x 3 bytes, to be shown from a time on that is later than the frame's before. */
MVID_API int32_t mvid_writer_write(mvid_writer* writer, const uint8_t* pixels, double time);
/* Writes what the encoder still holds and the container's end. */
MVID_API int32_t mvid_writer_finish(mvid_writer* writer);
MVID_API void mvid_writer_free(mvid_writer* writer);

#ifdef __cplusplus
}
#endif
#endif
