using System.CommandLine;

namespace Mien.Cli.Commands;

/// <summary>What the commands that look at pictures have in common: the pictures, the detector and the model.</summary>
internal static class PictureArguments
{
    public static Argument<string[]> Paths() => new("paths")
    {
        Description = "Pictures, folders (with all that is below them), or - for a picture on stdin.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<string> Detector() => new("--detector")
    {
        Description = "face-detector (in the box), haar, yunet (after 'mien models pull yunet'), or the path of an ONNX file of Mien's, YuNet or Ultra-Light.",
        DefaultValueFactory = _ => new AnalyzerOptions().Detector,
    };

    public static Option<int> Side()
    {
        var side = new Option<int>("--side")
        {
            Description = "Larger pictures are shrunk to this longer side, in pixels, before faces are looked for (ONNX detectors); more finds smaller faces and takes longer.",
            DefaultValueFactory = _ => new OnnxDetectorOptions().MaximumSide,
        };
        side.Validators.Add(result =>
        {
            if (result.GetValue(side) is < 32 or > 16384)
                result.AddError($"{side.Name} must be from 32 to 16384 pixels, is {result.GetValue(side)}.");
        });
        return side;
    }

    public static Option<string?> Model() => new("--model") { Description = "ONNX file of the emotion model [default: the one in the box]." };

    public static Option<string?> Labels() => new("--labels") { Description = "Another set of labels that the model knows: ferplus has contempt as an eighth [default: the model's own]." };
}
