using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Mien.Benchmarks;

switch (args)
{
    case ["classifier", .. var rest]:
        // In this process, because BenchmarkDotNet's own builds do not know this project's layout.
        BenchmarkRunner.Run<ClassifierBenchmark>(ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.Default.WithToolchain(InProcessNoEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default), rest);
        return 0;
    case ["photos", var folder, .. var rest]:
        PhotoBenchmark.Run(folder, rest);
        return 0;
    case ["training", var recipe, var threads, .. var rest]:
        TrainingBenchmark.Run(recipe, int.Parse(threads, System.Globalization.CultureInfo.InvariantCulture), rest is [var images] ? int.Parse(images, System.Globalization.CultureInfo.InvariantCulture) : 2048);
        return 0;
    case ["crop", var data, var detector]:
        CropMeasurement.Run(data, detector);
        return 0;
    case ["copies", var data, var split, .. var models]:
        CopiesMeasurement.Run(data, split, models);
        return 0;
    case ["precision", var model, var data]:
        PrecisionBenchmark.Run(model, data);
        return 0;
    case ["detectors", var photo, .. var detectors]:
        DetectorBenchmark.Run(photo, detectors);
        return 0;
    case ["tiles", var annotations, var detector]:
        TilingMeasurement.Run(annotations, detector);
        return 0;
    case ["server", var photo, var detector, .. var rest]:
        await ServerBenchmark.RunAsync(photo, detector, rest is [var seconds] ? double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture) : 20);
        return 0;
    case ["fuzz", .. var rest]:
        return await ServerFuzz.RunAsync(rest is [var requests] ? int.Parse(requests, System.Globalization.CultureInfo.InvariantCulture) : 10_000) ? 0 : 1;
    case ["fuzz-files", .. var rest]:
        return await ServerFileFuzz.RunAsync(Count(rest, 0, 2000), Count(rest, 1, 1000)) ? 0 : 1;
    case ["pictures", var pictures, .. var folders]:
        return PictureFuzz.Run(int.Parse(pictures, System.Globalization.CultureInfo.InvariantCulture), folders) ? 0 : 1;
    case ["fuzz-videos", var videos, .. var folders] when folders.Length > 0:
        return await VideoFuzz.RunAsync(int.Parse(videos, System.Globalization.CultureInfo.InvariantCulture), folders) ? 0 : 1;
    case ["soak", var photo, var detector, .. var rest]:
        await ServerSoak.RunAsync(photo, detector, rest is [var minutes] ? double.Parse(minutes, System.Globalization.CultureInfo.InvariantCulture) : 5);
        return 0;
    case ["peak"]:
        PeakMeasurement.Run();
        return 0;
    case ["video", .. var rest] when VideoBenchmark.Run(rest):
        return 0;
    default:
        Console.Error.WriteLine("classifier | photos FOLDER [DETECTOR] | training RECIPE THREADS [IMAGES] | crop FER2013 haar|DETECTOR | copies FER2013 SPLIT MODEL... | precision MODEL FER2013 | detectors PHOTO DETECTOR... | tiles ANNOTATIONS DETECTOR | server PHOTO DETECTOR [SECONDS] | fuzz [REQUESTS] | fuzz-files [PICTURES [VIDEOS]] | pictures COUNT [FOLDER]... | fuzz-videos COUNT FOLDER... | soak PHOTO DETECTOR [MINUTES] | peak | video speed FILE [DETECTOR] | video memory FILE HOURS [DETECTOR] | video latency FILE [DETECTOR] | video streams FILE COUNT [DETECTOR] | video detection FOLDER [DETECTOR]; see benchmarks/README.md");
        return 1;
}

static int Count(string[] arguments, int index, int usual) => index < arguments.Length ? int.Parse(arguments[index], System.Globalization.CultureInfo.InvariantCulture) : usual;
