using Mien.Inference;

namespace Mien.Detection;

/// <summary>Mien's own detector: a score, a box and five landmarks for each cell (<see cref="FaceCells"/>), pixels as they are.</summary>
internal sealed class MienFaceDecoder : OnnxFaceDecoder
{
    /// <summary>The names of the outputs: (batch, cells), (batch, cells, 4) and (batch, cells, 10).</summary>
    public const string Scores = "scores", Boxes = "boxes", Landmarks = "landmarks";

    private readonly int[] _places;

    private MienFaceDecoder(int[] places) => _places = places;

    public override ColorOrder Color => ColorOrder.Rgb;

    public override float Mean => 0;

    public override float Deviation => 1;

    /// <remarks>The score is the overlap that the network expects of its box, not a probability; from this overlap on a box counts as right.</remarks>
    public override float UsualConfidence => 0.5f;

    public override BoxToCrop BoxToCrop => new(Scale: 1.17f, ShiftY: -0.10f);

    /// <summary>The decoder, if the outputs are those of Mien's detector.</summary>
    public static MienFaceDecoder? Recognise(IReadOnlyList<OnnxTensor> outputs) =>
        Find(outputs, Scores, Boxes, Landmarks) is { } places ? new(places) : null;

    public override void Decode(IOnnxCall call, int width, int height, float minimumConfidence, List<DetectedFace> faces)
    {
        var scores = call.Output(_places[0]);
        var boxes = call.Output(_places[1]);
        var landmarks = call.Output(_places[2]);
        int cells = FaceCells.Count(width, height);
        if (scores.Length != cells || boxes.Length != cells * FaceCells.BoxValues || landmarks.Length != cells * FaceCells.LandmarkValues)
            throw new ModelException($"this detector gave {scores.Length} scores, {boxes.Length} box and {landmarks.Length} landmark values for {cells} cells.");
        FaceCells.Decode(scores, boxes, landmarks, width, height, minimumConfidence, faces);
    }
}
