#include "mien_vision.h"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

struct mv_picture {
    cv::Mat pixels;
};

struct mv_file {
    std::vector<uchar> bytes;
};

struct mv_cascade {
    cv::CascadeClassifier classifier;
    std::vector<cv::Rect> boxes;
    std::vector<int> neighbors;
};

namespace {

thread_local std::string last_error;

/* Failures reach the caller as text; OpenCV need not print them as well. Whoever sets OPENCV_LOG_LEVEL wants them printed. */
void be_quiet() {
    static const bool once = [] {
        if (std::getenv("OPENCV_LOG_LEVEL") == nullptr) {
            cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
            cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });
        }
        return true;
    }();
    (void)once;
}

/* Runs a body and turns any exception into the failure value and mv_error(). */
template <typename Result, typename Body>
Result guarded(Result failure, Body body) noexcept {
    try {
        be_quiet();
        return body();
    } catch (const cv::Exception& error) {
        last_error = error.err;
    } catch (const std::bad_alloc&) {
        last_error = "out of memory";
    } catch (const std::exception& error) {
        last_error = error.what();
    } catch (...) {
        last_error = "unknown failure";
    }
    return failure;
}

cv::Mat upright(const cv::Mat& pixels, int orientation) {
    cv::Mat turned;
    switch (orientation) {
        case 2: cv::flip(pixels, turned, 1); break;
        case 3: cv::rotate(pixels, turned, cv::ROTATE_180); break;
        case 4: cv::flip(pixels, turned, 0); break;
        case 5: cv::transpose(pixels, turned); break;
        case 6: cv::rotate(pixels, turned, cv::ROTATE_90_CLOCKWISE); break;
        case 7: cv::transpose(pixels, turned); cv::rotate(turned, turned, cv::ROTATE_180); break;
        case 8: cv::rotate(pixels, turned, cv::ROTATE_90_COUNTERCLOCKWISE); break;
        default: return pixels;
    }
    return turned;
}

/* Swaps red and blue between OpenCV's order and ours, or copies gray. The target must have its size and type already. */
void swap_order(const cv::Mat& from, cv::Mat to) {
    const uchar* target = to.data;
    switch (from.channels()) {
        case 1: from.copyTo(to); break;
        case 3: cv::cvtColor(from, to, cv::COLOR_BGR2RGB); break;
        default: cv::cvtColor(from, to, cv::COLOR_BGRA2RGBA); break;
    }
    CV_Assert(to.data == target);
}

cv::Mat wrap(const uint8_t* pixels, int width, int height, int channels) {
    return cv::Mat(height, width, CV_8UC(channels), const_cast<uint8_t*>(pixels));
}

cv::Mat wrap(const mv_canvas& canvas) {
    return wrap(canvas.pixels, canvas.width, canvas.height, canvas.channels);
}

cv::Scalar to_scalar(const mv_canvas& canvas, int color) {
    const int red = (color >> 16) & 255, green = (color >> 8) & 255, blue = color & 255;
    return canvas.channels == 1 ? cv::Scalar(0.299 * red + 0.587 * green + 0.114 * blue) : cv::Scalar(red, green, blue, 255);
}

constexpr int font = cv::FONT_HERSHEY_DUPLEX;

}  // namespace

int32_t mv_abi(void) { return MV_ABI; }

const char* mv_opencv_version(void) {
    static const std::string version = cv::getVersionString();
    return version.c_str();
}

const char* mv_error(void) { return last_error.c_str(); }

mv_picture* mv_decode(const uint8_t* file, int64_t size, int32_t orientation) {
    return guarded<mv_picture*>(nullptr, [&] {
        CV_Assert(size > 0 && size <= INT_MAX);
        const cv::Mat bytes(1, static_cast<int>(size), CV_8UC1, const_cast<uint8_t*>(file));
        cv::Mat pixels = cv::imdecode(bytes, cv::IMREAD_UNCHANGED);
        if (pixels.empty())
            throw std::runtime_error("the data is damaged, or it is a variant that this OpenCV does not read");
        if (pixels.depth() != CV_8U && pixels.depth() != CV_16U)
            throw std::runtime_error("only 8 and 16 bits a channel are supported");
        if (pixels.channels() == 2)
            throw std::runtime_error("two channels are not supported");
        return new mv_picture{upright(pixels, orientation)};
    });
}

void mv_picture_get_info(const mv_picture* picture, mv_picture_info* info) {
    const cv::Mat& pixels = picture->pixels;
    *info = {pixels.cols, pixels.rows, pixels.channels()};
}

int32_t mv_picture_read(const mv_picture* picture, uint8_t* pixels) {
    return guarded<int32_t>(-1, [&] {
        cv::Mat from = picture->pixels;
        if (from.depth() == CV_16U) {
            cv::Mat scaled;
            from.convertTo(scaled, CV_8U, 1.0 / 257);
            from = scaled;
        }
        swap_order(from, wrap(pixels, from.cols, from.rows, from.channels()));
        return 0;
    });
}

void mv_picture_free(mv_picture* picture) { delete picture; }

mv_file* mv_encode(const char* format, const uint8_t* pixels, int32_t width, int32_t height, int32_t channels, int32_t quality) {
    return guarded<mv_file*>(nullptr, [&] {
        const cv::Mat from = wrap(pixels, width, height, channels);
        cv::Mat swapped(from.size(), from.type());
        swap_order(from, swapped);
        std::vector<int> options;
        if (std::strcmp(format, ".jpg") == 0)
            options = {cv::IMWRITE_JPEG_QUALITY, quality};
        else if (std::strcmp(format, ".webp") == 0)
            options = {cv::IMWRITE_WEBP_QUALITY, quality};
        auto file = std::make_unique<mv_file>();
        if (!cv::imencode(format, swapped, file->bytes, options))
            throw std::runtime_error("this OpenCV cannot write the format in this size");
        return file.release();
    });
}

int64_t mv_file_size(const mv_file* file) { return static_cast<int64_t>(file->bytes.size()); }

void mv_file_read(const mv_file* file, uint8_t* bytes) { std::memcpy(bytes, file->bytes.data(), file->bytes.size()); }

void mv_file_free(mv_file* file) { delete file; }

mv_cascade* mv_cascade_create(const char* xml, int64_t size) {
    return guarded<mv_cascade*>(nullptr, [&] {
        const cv::FileStorage storage(std::string(xml, static_cast<size_t>(size)), cv::FileStorage::READ | cv::FileStorage::MEMORY);
        auto cascade = std::make_unique<mv_cascade>();
        if (!storage.isOpened() || !cascade->classifier.read(storage.getFirstTopLevelNode()))
            throw std::runtime_error("it is no cascade of OpenCV's current format (opencv-cascade-classifier)");
        return cascade.release();
    });
}

int32_t mv_cascade_detect(mv_cascade* cascade, const uint8_t* gray, int32_t width, int32_t height, const mv_cascade_options* options) {
    return guarded<int32_t>(-1, [&] {
        cascade->classifier.detectMultiScale(wrap(gray, width, height, 1), cascade->boxes, cascade->neighbors,
            options->scale_factor, options->minimum_neighbors, 0,
            cv::Size(options->minimum_size, options->minimum_size), cv::Size(options->maximum_size, options->maximum_size));
        return static_cast<int32_t>(cascade->boxes.size());
    });
}

void mv_cascade_read(const mv_cascade* cascade, mv_detection* detections) {
    for (size_t i = 0; i < cascade->boxes.size(); i++) {
        const cv::Rect& box = cascade->boxes[i];
        detections[i] = {box.x, box.y, box.width, box.height, i < cascade->neighbors.size() ? cascade->neighbors[i] : 1};
    }
}

void mv_cascade_free(mv_cascade* cascade) { delete cascade; }

int32_t mv_draw_rectangle(const mv_canvas* canvas, int32_t x, int32_t y, int32_t width, int32_t height, int32_t color, int32_t thickness) {
    return guarded<int32_t>(-1, [&] {
        cv::rectangle(wrap(*canvas), cv::Rect(x, y, width, height), to_scalar(*canvas, color), thickness < 0 ? cv::FILLED : thickness);
        return 0;
    });
}

int32_t mv_draw_text(const mv_canvas* canvas, const char* text, int32_t x, int32_t y, double scale, int32_t color, int32_t thickness) {
    return guarded<int32_t>(-1, [&] {
        cv::putText(wrap(*canvas), text, cv::Point(x, y), font, scale, to_scalar(*canvas, color), thickness, cv::LINE_AA);
        return 0;
    });
}

int32_t mv_text_size(const char* text, double scale, int32_t thickness, int32_t* width, int32_t* height, int32_t* below) {
    return guarded<int32_t>(-1, [&] {
        const cv::Size size = cv::getTextSize(text, font, scale, thickness, below);
        *width = size.width;
        *height = size.height;
        return 0;
    });
}
