using Mien.Inference;

namespace Mien.Detection;

/// <summary>
/// Ultra-Light-Fast-Generic-Face-Detector (RFB or slim, https://github.com/Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB):
/// corners of boxes as shares of the input, the priors already applied inside the graph.
/// </summary>
internal sealed class UltraFace : OnnxFaceDecoder
{
    private readonly int _scores;
    private readonly int _boxes;

    private UltraFace(int scores, int boxes) => (_scores, _boxes) = (scores, boxes);

    public override ColorOrder Color => ColorOrder.Rgb;

    public override float Mean => 127;

    public override float Deviation => 128;

    public override float UsualConfidence => 0.7f;

    public override BoxToCrop BoxToCrop => new(Scale: 0.98f, ShiftY: -0.017f);

    /// <summary>The decoder, if the outputs are those of Ultra-Light.</summary>
    public static UltraFace? Recognise(IReadOnlyList<OnnxTensor> outputs) =>
        Find(outputs, "scores", "boxes") is [int scores, int boxes] ? new(scores, boxes) : null;

    public override void Decode(IOnnxCall call, int width, int height, float minimumConfidence, List<DetectedFace> faces)
    {
        var scores = call.Output(_scores);
        var boxes = call.Output(_boxes);
        int count = scores.Length / 2;
        if (scores.Length != count * 2 || boxes.Length != count * 4)
            throw new ModelException($"this Ultra-Light detector gave {scores.Length} scores and {boxes.Length} box values; a box has 2 and 4.");
        for (int i = 0; i < count; i++)
        {
            float confidence = scores[(2 * i) + 1];
            if (!(confidence >= minimumConfidence))
                continue;
            var box = boxes.Slice(4 * i, 4);
            faces.Add(new(new(box[0] * width, box[1] * height, (box[2] - box[0]) * width, (box[3] - box[1]) * height), Math.Min(confidence, 1)));
        }
    }
}
