using System.CommandLine;

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
        Description = "haar, yunet (after 'mien models pull yunet'), or the path of a YuNet or Ultra-Light ONNX file.",
        DefaultValueFactory = _ => new AnalyzerOptions().Detector,
    };

    public static Option<string?> Model() => new("--model") { Description = "ONNX file of the emotion model [default: the one in the box]." };

    public static Option<string?> Labels() => new("--labels")
    {
        Description = "Another set of labels that the model knows: ferplus has contempt as an eighth [default: the model's own].",
    };
}
