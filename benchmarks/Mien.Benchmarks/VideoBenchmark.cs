using System.Diagnostics;
using System.Globalization;
using Mien.Training;

namespace Mien.Benchmarks;

/// <summary>What `mien watch` does with a video file, apart from its outputs: speed, memory, latency, many at once, and what rare detection costs.</summary>
internal static class VideoBenchmark
{
    private const double StreamFrameRate = 15;

    private static readonly string[] VideoExtensions = [".mp4", ".mov", ".mkv", ".webm"];

    private static readonly TimeSpan StreamLength = TimeSpan.FromSeconds(30);

    public static bool Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["speed", var path, .. var rest]:
                Speed(path, Options(rest));
                return true;
            case ["memory", var path, var hours, .. var rest]:
                Memory(path, TimeSpan.FromHours(double.Parse(hours, CultureInfo.InvariantCulture)), Options(rest));
                return true;
            case ["latency", var path, .. var rest]:
                Latency(path, Options(rest));
                return true;
            case ["streams", var path, var count, .. var rest]:
                Streams(path, int.Parse(count, CultureInfo.InvariantCulture), Options(rest));
                return true;
            case ["detection", var folder, .. var rest]:
                Detection(folder, Options(rest));
                return true;
            case ["appearance", var path]:
                Appearance(path);
                return true;
            default:
                return false;
        }
    }

    private static AnalyzerOptions Options(string[] rest) => rest is [var detector, ..] ? DetectorOptions.Named(detector) : new();

    /// <summary>A file from its beginning to its end, as fast as it goes; the second run counts.</summary>
    private static void Speed(string path, AnalyzerOptions options)
    {
        using var analyzer = EmotionAnalyzer.Create(options);
        Watch(analyzer, FrameSource.Open(path));
        var (watch, seconds, sink) = Watch(analyzer, FrameSource.Open(path));
        Print($"{path}, detector {options.Detector}: {watch.Frames} frames, {sink.Faces} faces, {seconds:F2} s, {watch.Frames / seconds:F1} frames/s");
    }

    /// <summary>Memory and time a frame in each tenth of a long video.</summary>
    private static void Memory(string path, TimeSpan length, AnalyzerOptions options)
    {
        using var analyzer = EmotionAnalyzer.Create(options);
        Print($"{path} again and again for {length.TotalHours:0.##} h, detector {options.Detector}");
        Print($"| tenth | frames | ms a frame | working set, MB | managed, MB |\n|---|---|---|---|---|");
        var tenths = new Tenths(length);
        Watch(analyzer, new RepeatedVideo(path, length), tenths);
        tenths.End();
    }

    /// <summary>A file at its own pace.</summary>
    private static void Latency(string path, AnalyzerOptions options)
    {
        using var analyzer = EmotionAnalyzer.Create(options);
        // Loading and compiling is not what is measured.
        Watch(analyzer, new RepeatedVideo(path, TimeSpan.FromSeconds(1)));
        var latencies = new List<double>();
        using var source = new RealTimeSource(FrameSource.Open(path));
        var video = new VideoAnalyzer(analyzer);
        var pipeline = new FramePipeline<FrameReading>(source, video.Analyze, frame => latencies.Add(frame.Latency.TotalMilliseconds));
        pipeline.RunAsync().GetAwaiter().GetResult();
        latencies.Sort();
        Print($"{path} in real time, detector {options.Detector}: {pipeline.Finished} frames, {pipeline.Dropped} dropped, latency mean {latencies.Average():F1} ms, 95 of 100 below {latencies[latencies.Count * 95 / 100]:F1} ms, most {latencies[^1]:F1} ms");
    }

    /// <summary>Many files at once at a fixed rate, in one process with one analyzer.</summary>
    private static void Streams(string path, int count, AnalyzerOptions options)
    {
        using var analyzer = EmotionAnalyzer.Create(options);
        Watch(analyzer, new RepeatedVideo(path, TimeSpan.FromSeconds(1)));
        var watches = new (VideoWatch Watch, IFrameSource Source)[count];
        for (int i = 0; i < count; i++)
        {
            var source = new RealTimeSource(new RepeatedVideo(path, StreamLength, StreamFrameRate));
            watches[i] = (new VideoWatch(source, new VideoAnalyzer(analyzer), []), source);
        }
        Task.WhenAll(watches.Select(stream => stream.Watch.RunAsync())).GetAwaiter().GetResult();
        foreach (var (_, source) in watches)
            source.Dispose();
        long frames = watches.Sum(stream => stream.Watch.Frames), dropped = watches.Sum(stream => stream.Watch.Dropped);
        Print($"{count} x {path} at {StreamFrameRate} frames/s for {StreamLength.TotalSeconds} s, detector {options.Detector}: {watches.Count(stream => stream.Watch.Dropped == 0)} without drops, {dropped} of {frames + dropped} frames dropped, longest latency {watches.Max(stream => stream.Watch.MaximumLatency).TotalMilliseconds:F0} ms");
    }

    /// <summary>What is lost when faces are not looked for in each frame.</summary>
    private static void Detection(string folder, AnalyzerOptions options)
    {
        using var analyzer = EmotionAnalyzer.Create(options);
        string[] files = [.. Directory.EnumerateFiles(folder).Where(file => VideoExtensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)];
        Print($"detector {options.Detector}\n| video | every, ms | ids | face readings | as with each frame | mean overlap | same label |\n|---|---|---|---|---|---|---|");
        foreach (string file in files)
        {
            List<FrameReading>? reference = null;
            foreach (int interval in (int[])[0, 50, 100, 110, 125, 150, 200, 300])
            {
                var readings = ReadAll(analyzer, file, TimeSpan.FromMilliseconds(interval));
                reference ??= readings;
                // Of each face that was read with detection in each frame, the one that overlaps most.
                var pairs = reference.Zip(readings).SelectMany(frame => frame.First.Faces.Select(face =>
                    (Face: face, Best: frame.Second.Faces.MaxBy(other => other.Face.Box.IntersectionOverUnion(face.Face.Box)))))
                    .Where(pair => pair.Best?.Face.Box.IntersectionOverUnion(pair.Face.Face.Box) > 0.3f).ToList();
                int all = reference.Sum(reading => reading.Faces.Count), ids = readings.SelectMany(reading => reading.Faces).Select(face => face.Track).Distinct().Count();
                string Share(double count, int of) => of == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count / of:P1}");
                Print($"| {Path.GetFileName(file)} | {interval} | {ids} | {readings.Sum(reading => reading.Faces.Count)} | {Share(pairs.Count, all)} | {(pairs.Count == 0 ? 0 : pairs.Average(pair => pair.Best!.Face.Box.IntersectionOverUnion(pair.Face.Face.Box))):F3} | {Share(pairs.Count(pair => pair.Best!.Smoothed.Top == pair.Face.Smoothed.Top), pairs.Count)} |");
            }
        }
    }

    /// <summary>How alike different people look to the tracker, on a data set that knows who is who.</summary>
    private static void Appearance(string path)
    {
        const int pairs = 10_000;
        FaceDataset faces = FaceData.Open(path).Splits[0];
        FaceAppearance[] looks = [.. Enumerable.Range(0, faces.Count).Select(i => FaceAppearance.Of(faces.ImageAt(i)))];
        var random = new Random(1);
        var similarities = new List<float>(pairs);
        while (similarities.Count < pairs)
        {
            int one = random.Next(faces.Count), other = random.Next(faces.Count);
            if (faces.Groups[one] != faces.Groups[other])
                similarities.Add(looks[one].Similarity(looks[other]));
        }
        similarities.Sort();
        Print($"{path}: {pairs} pairs of different people; half are below {similarities[pairs / 2]:F3}, 80 of 100 below {similarities[pairs * 80 / 100]:F3}, 93 below {similarities[pairs * 93 / 100]:F3}, 97 below {similarities[pairs * 97 / 100]:F3}");
    }

    private static List<FrameReading> ReadAll(EmotionAnalyzer analyzer, string file, TimeSpan interval)
    {
        using var source = FrameSource.Open(file);
        var video = new VideoAnalyzer(analyzer, new() { DetectEvery = interval });
        var readings = new List<FrameReading>();
        while (source.Read() is { } frame)
        {
            using (frame)
                readings.Add(video.Analyze(frame));
        }
        return readings;
    }

    private static (VideoWatch Watch, double Seconds, Counter Sink) Watch(EmotionAnalyzer analyzer, IFrameSource source, Counter? sink = null)
    {
        using (source)
        {
            sink ??= new Counter();
            var watch = new VideoWatch(source, new VideoAnalyzer(analyzer), [sink]);
            var clock = Stopwatch.StartNew();
            watch.RunAsync().GetAwaiter().GetResult();
            return (watch, clock.Elapsed.TotalSeconds, sink);
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private class Counter : IReadingSink
    {
        public long Faces { get; private set; }

        public virtual void Add(FrameReading reading, Image picture) => Faces += reading.Faces.Count;

        public void Alert(AlertEvent alert) { }

        public void Mark(TimeSpan time, string marker) { }

        public void Finish(IReadOnlyList<TrackEvent> events) { }

        public void Dispose() { }
    }

    /// <summary>Prints a row for each tenth of a video; a summary is kept too, as with `mien watch`.</summary>
    private sealed class Tenths(TimeSpan length) : Counter
    {
        private readonly SessionSummarizer _summarizer = new();
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private long _frames;
        private int _tenth;

        public override void Add(FrameReading reading, Image picture)
        {
            base.Add(reading, picture);
            _summarizer.Add(reading.Time, reading.Smoothed);
            if (reading.Time >= length * (_tenth + 1) / 10)
                End();
            _frames++;
        }

        /// <summary>Ends a tenth.</summary>
        public void End()
        {
            _tenth++;
            double milliseconds = _clock.Elapsed.TotalMilliseconds / Math.Max(1, _frames);
            GC.Collect();
            Print($"| {_tenth} | {_frames} | {milliseconds:F3} | {Environment.WorkingSet / 1e6:F1} | {GC.GetTotalMemory(false) / 1e6:F1} |");
            _frames = 0;
            _clock.Restart();
        }
    }
}
