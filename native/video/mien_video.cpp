#include "mien_video.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdarg>
#include <cstring>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavdevice/avdevice.h>
#include <libavformat/avformat.h>
#include <libavutil/cpu.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/time.h>
#include <libswscale/swscale.h>
}

namespace {

#if LIBAVFORMAT_VERSION_MAJOR < 59
using input_format = AVInputFormat;
using codec_type = AVCodec;
#else
using input_format = const AVInputFormat;
using codec_type = const AVCodec;
#endif

thread_local std::string last_error;
thread_local int32_t last_kind;
/* The last error that FFmpeg logged on this thread: often more telling than the code that it returns. */
thread_local std::string last_line;

/* The readers that there are, and how many errors their decoders and containers have logged: a decoder that conceals a fault
 * tells it nowhere else reliably. */
std::mutex readers_lock;
std::set<mvid_reader*> readers;
void count_fault(void* opaque);

void keep_line(void* context, int level, const char* format, va_list arguments) {
    if (level > AV_LOG_ERROR)
        return;
    char line[512];
    int prefix = 0;
    av_log_format_line2(context, level, format, arguments, line, sizeof line, &prefix);
    last_line = line;
    if (const size_t named = last_line.find("] "); last_line[0] == '[' && named != std::string::npos)
        last_line.erase(0, named + 2);
    last_line.erase(last_line.find_last_not_of("\r\n. ") + 1);
    /* FFmpeg logs for some contexts before they have a class. */
    const AVClass* kind = context == nullptr ? nullptr : *static_cast<const AVClass**>(context);
    const char* owner = kind == nullptr ? "" : kind->class_name;
    if (std::strcmp(owner, "AVCodecContext") == 0)
        count_fault(static_cast<const AVCodecContext*>(context)->opaque);
    else if (std::strcmp(owner, "AVFormatContext") == 0)
        count_fault(static_cast<const AVFormatContext*>(context)->opaque);
}

int32_t kind_of(int code) {
    switch (code) {
        case AVERROR(ETIMEDOUT): return MVID_TIMED_OUT;
        case AVERROR(ENOENT): case AVERROR(ENODEV): case AVERROR(ENXIO): case AVERROR_HTTP_NOT_FOUND: return MVID_NOT_FOUND;
        case AVERROR(EACCES): case AVERROR(EPERM): case AVERROR_HTTP_UNAUTHORIZED: case AVERROR_HTTP_FORBIDDEN: return MVID_DENIED;
        case AVERROR(EBUSY): return MVID_BUSY;
        case AVERROR(ENOSPC): return MVID_NO_SPACE;
        case AVERROR_INVALIDDATA: case AVERROR_STREAM_NOT_FOUND: case AVERROR_DECODER_NOT_FOUND: return MVID_INVALID;
        default: return MVID_OTHER;
    }
}

struct failure : std::runtime_error {
    failure(int32_t kind, const std::string& message) : std::runtime_error(message), kind(kind) {}
    int32_t kind;
};

/* The failure that a code of FFmpeg stands for. */
failure failure_of(int code) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(code, text, sizeof text);
    return failure(kind_of(code), last_line.empty() ? text : std::string(text) + " (" + last_line + ")");
}

int check(int code) {
    if (code < 0)
        throw failure_of(code);
    return code;
}

template <typename Pointer>
Pointer allocated(Pointer pointer) {
    if (pointer == nullptr)
        throw std::bad_alloc();
    return pointer;
}

/* Runs a body and turns any exception into the failure value, mvid_error() and mvid_error_kind(). */
template <typename Result, typename Body>
Result guarded(Result failed, Body body) noexcept {
    static const bool once = [] {
        av_log_set_callback(keep_line);
        avdevice_register_all();
        avformat_network_init();
        return true;
    }();
    (void)once;
    try {
        last_line.clear();
        return body();
    } catch (const failure& error) {
        last_error = error.what();
        last_kind = error.kind;
    } catch (const std::bad_alloc&) {
        last_error = "out of memory";
        last_kind = MVID_OTHER;
    } catch (const std::exception& error) {
        last_error = error.what();
        last_kind = MVID_OTHER;
    }
    return failed;
}

struct options {
    AVDictionary* entries = nullptr;
    explicit options(const char* text) {
        if (text != nullptr)
            check(av_dict_parse_string(&entries, text, "=", ":", 0));
    }
    ~options() { av_dict_free(&entries); }
};

/* Colours by what the frame says of itself, as ITU-R BT.601 where it says nothing. */
void set_colors(SwsContext* scaler, AVColorSpace space, bool full_range, bool to_rgb) {
    const int* matrix = sws_getCoefficients(space == AVCOL_SPC_UNSPECIFIED || space == AVCOL_SPC_RGB ? SWS_CS_DEFAULT : space);
    const int* standard = sws_getCoefficients(SWS_CS_DEFAULT);
    constexpr int one = 1 << 16;
    sws_setColorspaceDetails(scaler, to_rgb ? matrix : standard, to_rgb ? full_range : 1, to_rgb ? standard : matrix,
        to_rgb ? 1 : full_range, 0, one, one);
}

int quarter_turns(const AVStream* stream) {
#if LIBAVCODEC_VERSION_MAJOR >= 61
    const AVPacketSideData* data = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    const uint8_t* matrix = data == nullptr ? nullptr : data->data;
#else
    const uint8_t* matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
#endif
    const double degrees = matrix == nullptr ? 0 : av_display_rotation_get(reinterpret_cast<const int32_t*>(matrix));
    return std::isnan(degrees) ? 0 : static_cast<int>(std::lround(-degrees / 90)) & 3;
}

}  // namespace

struct mvid_reader {
    AVFormatContext* container = nullptr;
    AVCodecContext* decoder = nullptr;
    AVPacket* packet = nullptr;
    AVFrame* frame = nullptr;
    SwsContext* scaler = nullptr;
    std::vector<uint8_t> rows;
    AVStream* stream = nullptr;
    std::atomic<bool> stopped{false};
    std::atomic<int32_t> faults{0};
    int64_t timeout = 0, deadline = 0;
    int end = 0; /* why no packet follows, once that is so */

    mvid_reader() {
        const std::lock_guard<std::mutex> hold(readers_lock);
        readers.insert(this);
    }

    ~mvid_reader() {
        sws_freeContext(scaler);
        av_frame_free(&frame);
        av_packet_free(&packet);
        avcodec_free_context(&decoder);
        avformat_close_input(&container);
        const std::lock_guard<std::mutex> hold(readers_lock);
        readers.erase(this);
    }

    void wait_from_now() { deadline = timeout == 0 ? 0 : av_gettime_relative() + timeout; }

    bool late() const { return deadline != 0 && av_gettime_relative() > deadline; }

    int checked(int code) const {
        if (code >= 0)
            return code;
        if (stopped)
            throw failure(MVID_STOPPED, "stopped");
        if (late())
            throw failure(MVID_TIMED_OUT, "no data for " + std::to_string(timeout / 1000) + " ms");
        throw failure_of(code);
    }

    /* Feeds the decoder with the next packet, or with the end. */
    void feed() {
        wait_from_now();
        int code;
        constexpr int pause = 2000;
        do {
            av_packet_unref(packet);
            code = av_read_frame(container, packet);
            if (code == AVERROR(EAGAIN))
                av_usleep(pause);
        } while (code == AVERROR(EAGAIN) ? !stopped && !late() : code >= 0 && packet->stream_index != stream->index);
        if (code < 0) {
            end = stopped || late() ? AVERROR_EXIT : code;
            avcodec_send_packet(decoder, nullptr);
            return;
        }
        faults += (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
        faults += avcodec_send_packet(decoder, packet) < 0;
    }
};

namespace {

void count_fault(void* opaque) {
    const std::lock_guard<std::mutex> hold(readers_lock);
    if (const auto reader = readers.find(static_cast<mvid_reader*>(opaque)); reader != readers.end())
        (*reader)->faults++;
}

}  // namespace

struct mvid_writer {
    AVFormatContext* container = nullptr;
    AVCodecContext* encoder = nullptr;
    AVPacket* packet = nullptr;
    AVFrame* frame = nullptr;
    SwsContext* scaler = nullptr;
    AVStream* stream = nullptr;
    int stride = 0;

    ~mvid_writer() {
        sws_freeContext(scaler);
        av_frame_free(&frame);
        av_packet_free(&packet);
        avcodec_free_context(&encoder);
        if (container != nullptr)
            avio_closep(&container->pb);
        avformat_free_context(container);
    }

    /* Encodes a frame, or what is left where there is none, and writes the packets that come of it. */
    void encode(const AVFrame* next) {
        check(avcodec_send_frame(encoder, next));
        int code;
        while ((code = avcodec_receive_packet(encoder, packet)) >= 0) {
            av_packet_rescale_ts(packet, encoder->time_base, stream->time_base);
            packet->stream_index = stream->index;
            packet->duration = av_rescale_q(1, av_inv_q(encoder->framerate), stream->time_base);
            check(av_interleaved_write_frame(container, packet));
            check(container->pb->error);
        }
        if (code != AVERROR(EAGAIN) && code != AVERROR_EOF)
            check(code);
    }
};

int32_t mvid_abi(void) { return MVID_ABI; }

const char* mvid_ffmpeg_version(void) { return av_version_info(); }

const char* mvid_error(void) { return last_error.c_str(); }

int32_t mvid_error_kind(void) { return last_kind; }

mvid_reader* mvid_reader_create(void) {
    return guarded<mvid_reader*>(nullptr, [] { return new mvid_reader; });
}

int32_t mvid_reader_open(mvid_reader* reader, const mvid_source* source) {
    return guarded<int32_t>(-1, [&] {
        reader->timeout = source->timeout * int64_t{1000};
        reader->packet = allocated(av_packet_alloc());
        reader->frame = allocated(av_frame_alloc());
        reader->container = allocated(avformat_alloc_context());
        reader->container->opaque = reader;
        reader->container->interrupt_callback = {
            [](void* opaque) -> int {
                const auto* waiting = static_cast<const mvid_reader*>(opaque);
                return waiting->stopped || waiting->late();
            },
            reader};
        input_format* format = nullptr;
        if (source->format != nullptr && (format = av_find_input_format(source->format)) == nullptr)
            throw failure(MVID_OTHER, std::string("this FFmpeg has no input ") + source->format);
        /* A camera that hangs would otherwise not be left before it answers. */
        if (format != nullptr)
            reader->container->flags |= AVFMT_FLAG_NONBLOCK;
        options chosen(source->options);
        reader->wait_from_now();
        reader->checked(avformat_open_input(&reader->container, source->source, format, &chosen.entries));
        reader->checked(avformat_find_stream_info(reader->container, nullptr));
        codec_type* codec = nullptr;
        reader->stream = reader->container->streams[check(
            av_find_best_stream(reader->container, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0))];
        if (reader->stream->disposition & AV_DISPOSITION_ATTACHED_PIC)
            throw failure(MVID_INVALID, "it holds sound with a cover picture, no video");
        for (unsigned i = 0; i < reader->container->nb_streams; i++)
            reader->container->streams[i]->discard = reader->container->streams[i] == reader->stream ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
        reader->decoder = allocated(avcodec_alloc_context3(codec));
        check(avcodec_parameters_to_context(reader->decoder, reader->stream->codecpar));
        reader->decoder->opaque = reader;
        reader->decoder->pkt_timebase = reader->stream->time_base;
        reader->decoder->max_pixels = source->maximum_pixels;
        /* Each thread holds a frame back, and a fault shows that much too early. */
        reader->decoder->thread_count = std::min(4, av_cpu_count());
        if (source->live) {
            reader->decoder->thread_type = FF_THREAD_SLICE;
            reader->decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;
        }
        check(avcodec_open2(reader->decoder, codec, nullptr));
        /* What went wrong while FFmpeg looked at the first frames shows again when they are read. */
        reader->faults = 0;
        return 0;
    });
}

void mvid_reader_get_info(const mvid_reader* reader, mvid_info* info) {
    const AVStream* stream = reader->stream;
    /* FFmpeg guesses the clock's rate where it has seen too few frames. */
    constexpr double highest = 1000;
    double rate = stream->avg_frame_rate.den > 0 ? av_q2d(stream->avg_frame_rate) : 0;
    if (rate <= 0 && stream->r_frame_rate.den > 0)
        rate = av_q2d(stream->r_frame_rate);
    /* What was only guessed by the bit rate is not known. */
    const bool guessed = reader->container->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE;
    const int64_t duration = reader->container->duration;
    *info = {stream->codecpar->width, stream->codecpar->height, quarter_turns(stream),
        rate <= highest ? rate : 0, 0, stream->nb_frames};
    /* The stream's own end, where it is known: sound often lasts longer. */
    if (guessed)
        return;
    if (stream->duration != AV_NOPTS_VALUE && stream->duration > 0)
        info->duration = stream->duration * av_q2d(stream->time_base);
    else if (duration != AV_NOPTS_VALUE && duration > 0)
        info->duration = duration / static_cast<double>(AV_TIME_BASE);
}

const char* mvid_reader_codec(const mvid_reader* reader) { return avcodec_get_name(reader->stream->codecpar->codec_id); }

const char* mvid_reader_format(const mvid_reader* reader) { return reader->container->iformat->name; }

int32_t mvid_reader_next(mvid_reader* reader, mvid_frame* out) {
    return guarded<int32_t>(-1, [&] {
        AVFrame* frame = reader->frame;
        int code;
        while ((code = avcodec_receive_frame(reader->decoder, frame)) < 0) {
            if (code == AVERROR_EOF)
                break;
            if (code != AVERROR(EAGAIN))
                reader->faults++;
            else if (reader->end != 0)
                break;
            else
                reader->feed();
        }
        const bool concealed = code >= 0 && ((frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0);
        *out = {frame->width, frame->height, reader->faults.exchange(0) + concealed, std::numeric_limits<double>::quiet_NaN()};
        if (code < 0) {
            if (reader->end != AVERROR_EOF)
                reader->checked(reader->end);
            return 0;
        }
        if (frame->best_effort_timestamp != AV_NOPTS_VALUE) {
            const int64_t start = reader->container->start_time;
            out->time = frame->best_effort_timestamp * av_q2d(reader->stream->time_base) -
                (start == AV_NOPTS_VALUE || start < 0 ? 0 : start / static_cast<double>(AV_TIME_BASE));
        }
        return 1;
    });
}

int32_t mvid_reader_read(mvid_reader* reader, uint8_t* pixels) {
    return guarded<int32_t>(-1, [&] {
        const AVFrame* frame = reader->frame;
        /* Without SWS_FULL_CHR_H_INT: vectorised, and about one level of 255 darker than exact. */
        reader->scaler = allocated(sws_getCachedContext(reader->scaler, frame->width, frame->height, static_cast<AVPixelFormat>(frame->format),
            frame->width, frame->height, AV_PIX_FMT_RGB24, SWS_BILINEAR, nullptr, nullptr, nullptr));
        set_colors(reader->scaler, frame->colorspace, frame->color_range == AVCOL_RANGE_JPEG, true);
        /* Rows are padded, because sws_scale writes whole vectors and so beyond the end of a row. */
        const int row = 3 * frame->width, stride = (row + 127) / 64 * 64;
        reader->rows.resize(static_cast<size_t>(stride) * frame->height + 64);
        uint8_t* planes[4] = {reader->rows.data()};
        const int strides[4] = {stride};
        check(sws_scale(reader->scaler, frame->data, frame->linesize, 0, frame->height, planes, strides));
        for (int y = 0; y < frame->height; y++)
            std::memcpy(pixels + static_cast<size_t>(row) * y, planes[0] + static_cast<size_t>(stride) * y, row);
        return 0;
    });
}

void mvid_reader_stop(mvid_reader* reader) { reader->stopped = true; }

void mvid_reader_free(mvid_reader* reader) { delete reader; }

int32_t mvid_has_encoder(const char* name) { return avcodec_find_encoder_by_name(name) != nullptr; }

mvid_writer* mvid_writer_open(const mvid_target* target) {
    return guarded<mvid_writer*>(nullptr, [&] {
        auto writer = std::make_unique<mvid_writer>();
        writer->packet = allocated(av_packet_alloc());
        writer->frame = allocated(av_frame_alloc());
        check(avformat_alloc_output_context2(&writer->container, nullptr, nullptr, target->path));
        const AVCodec* codec = avcodec_find_encoder_by_name(target->encoder);
        if (codec == nullptr)
            throw failure(MVID_OTHER, std::string("this FFmpeg has no encoder ") + target->encoder);
        writer->stream = allocated(avformat_new_stream(writer->container, nullptr));
        AVCodecContext* encoder = writer->encoder = allocated(avcodec_alloc_context3(codec));
        encoder->width = target->width & ~1;
        encoder->height = target->height & ~1;
        encoder->pix_fmt = AV_PIX_FMT_YUV420P;
        encoder->colorspace = AVCOL_SPC_SMPTE170M;
        encoder->color_range = AVCOL_RANGE_MPEG;
        encoder->time_base = {1, 90000};
        encoder->framerate = av_d2q(target->frame_rate, 100000);
        /* A key frame each second, and all goes to the disk at once: what a crash leaves can be read up to the last of them. */
        encoder->gop_size = static_cast<int>(std::lround(std::fmax(1, target->frame_rate)));
        writer->container->flags |= AVFMT_FLAG_FLUSH_PACKETS;
        /* With frames out of order a file in fragments would begin after time 0. */
        encoder->max_b_frames = 0;
        if (writer->container->oformat->flags & AVFMT_GLOBALHEADER)
            encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
        options encoding(target->encoder_options), wrapping(target->format_options);
        check(avcodec_open2(encoder, codec, &encoding.entries));
        check(avcodec_parameters_from_context(writer->stream->codecpar, encoder));
        writer->stream->time_base = encoder->time_base;
        writer->stream->avg_frame_rate = encoder->framerate;
        check(avio_open(&writer->container->pb, target->path, AVIO_FLAG_WRITE));
        check(avformat_write_header(writer->container, &wrapping.entries));

        writer->frame->format = encoder->pix_fmt;
        writer->frame->width = encoder->width;
        writer->frame->height = encoder->height;
        check(av_frame_get_buffer(writer->frame, 0));
        writer->scaler = allocated(sws_getContext(encoder->width, encoder->height, AV_PIX_FMT_RGB24, encoder->width, encoder->height,
            encoder->pix_fmt, SWS_BILINEAR | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
        set_colors(writer->scaler, encoder->colorspace, false, false);
        writer->stride = 3 * target->width;
        return writer.release();
    });
}

int32_t mvid_writer_write(mvid_writer* writer, const uint8_t* pixels, double time) {
    return guarded<int32_t>(-1, [&] {
        AVFrame* frame = writer->frame;
        check(av_frame_make_writable(frame));
        check(sws_scale(writer->scaler, &pixels, &writer->stride, 0, frame->height, frame->data, frame->linesize));
        frame->pts = std::llround(time * writer->encoder->time_base.den);
        writer->encode(frame);
        return 0;
    });
}

int32_t mvid_writer_finish(mvid_writer* writer) {
    return guarded<int32_t>(-1, [&] {
        writer->encode(nullptr);
        check(av_write_trailer(writer->container));
        check(avio_closep(&writer->container->pb));
        return 0;
    });
}

void mvid_writer_free(mvid_writer* writer) { delete writer; }
