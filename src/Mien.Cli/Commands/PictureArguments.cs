using System.CommandLine;
using System.Globalization;
using Mien.OpenCv;

namespace Mien.Cli.Commands;

/// <summary>What the commands that look at pictures have in common: the pictures, the detector and the model.</summary>
internal static class PictureArguments
{
    public static Argument<string[]> Paths(string what = "Pictures") => new("paths")
    {
        Description = $"{what}, folders (with all that is below them), or - for a picture on stdin.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<string> Detector() => new("--detector")
    {
        Description = "face-detector (Mien's own), haar (OpenCV's, finds far less), yunet (after 'mien models pull yunet'), or the path of an ONNX file of Mien's, YuNet or Ultra-Light.",
        DefaultValueFactory = _ => new AnalyzerOptions().Detector,
    };

    /// <summary>Adds the detector that was named. OpenCV is loaded only for Haar.</summary>
    public static AnalyzerOptions WithDetector(this AnalyzerOptions options, string name, HaarOptions? haar = null) =>
        name == HaarDetection.Name ? options.WithHaar(haar) : options with { Detector = name };

    public static Option<int> Side()
    {
        var side = new Option<int>("--side")
        {
            Description = "Larger pictures are shrunk to this longer side, in pixels, before faces are looked for (ONNX detectors); more finds smaller faces and takes longer.",
            DefaultValueFactory = _ => new OnnxDetectorOptions().MaximumSide,
        };
        Limit(side, 32, 16384);
        return side;
    }

    /// <summary>Refuses a number out of range; text that is no number has its own message.</summary>
    public static void Limit<T>(Option option, T least, T most) where T : struct, IParsable<T>, IComparable<T> => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be from {least} to {most}, is {value}."));
    });

    public static Option<string?> Model() => new("--model") { Description = "ONNX file of the emotion model [default: the one in the box]." };

    public static Option<string?> Labels() => new("--labels")
    {
        Description = "Another set of labels that the model knows: ferplus has contempt as an eighth [default: the model's own].",
    };
}
