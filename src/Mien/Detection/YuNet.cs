using Mien.Inference;

namespace Mien.Detection;

/// <summary>
/// YuNet (Wu et al. 2023): one box and five landmarks for each cell of three grids. The arithmetic is that of OpenCV's
/// own decoder, https://github.com/opencv/opencv/blob/4.8.0/modules/objdetect/src/face_detect.cpp.
/// </summary>
internal sealed class YuNet : OnnxFaceDecoder
{
    private static readonly int[] Strides = [8, 16, 32];

    /// <summary>For each stride, the places of its class, objectness, box and landmark outputs.</summary>
    private readonly int[][] _places;

    private YuNet(int[][] places) => _places = places;

    public override ColorOrder Color => ColorOrder.Bgr;

    public override float Mean => 0;

    public override float Deviation => 1;

    public override float UsualConfidence => 0.7f;

    public override BoxToCrop BoxToCrop => new(Scale: 0.94f, ShiftY: -0.003f);

    /// <summary>The decoder, if the outputs are those of YuNet.</summary>
    public static YuNet? Recognise(IReadOnlyList<OnnxTensor> outputs)
    {
        int[]?[] places = [.. Strides.Select(stride => Find(outputs, $"cls_{stride}", $"obj_{stride}", $"bbox_{stride}", $"kps_{stride}"))];
        return places.Contains(null) ? null : new(places!);
    }

    public override void Decode(IOnnxCall call, int width, int height, float minimumConfidence, List<DetectedFace> faces)
    {
        for (int level = 0; level < Strides.Length; level++)
        {
            int stride = Strides[level];
            int columns = width / stride, cells = columns * (height / stride);
            var classes = call.Output(_places[level][0]);
            var objects = call.Output(_places[level][1]);
            var boxes = call.Output(_places[level][2]);
            var landmarks = call.Output(_places[level][3]);
            if (classes.Length != cells || objects.Length != cells || boxes.Length != cells * 4 || landmarks.Length != cells * 10)
                throw new ModelException($"this YuNet gave {classes.Length} scores, {boxes.Length} box and {landmarks.Length} landmark values for {cells} cells of {stride} pixels.");
            for (int cell = 0; cell < cells; cell++)
            {
                float confidence = MathF.Sqrt(Math.Clamp(classes[cell], 0, 1) * Math.Clamp(objects[cell], 0, 1));
                if (!(confidence >= minimumConfidence))
                    continue;
                float column = cell % columns, row = cell / columns;
                var box = boxes.Slice(cell * 4, 4);
                float boxWidth = MathF.Exp(box[2]) * stride, boxHeight = MathF.Exp(box[3]) * stride;
                float x = ((column + box[0]) * stride) - (boxWidth / 2), y = ((row + box[1]) * stride) - (boxHeight / 2);
                var points = landmarks.Slice(cell * 10, 10);
                // The network's first eye and mouth corner are the person's right ones, which the picture shows on its left.
                faces.Add(new(new(x, y, boxWidth, boxHeight), confidence,
                    new(Point(points, 0), Point(points, 1), Point(points, 2), Point(points, 3), Point(points, 4))));

                Landmark Point(ReadOnlySpan<float> values, int index) =>
                    new((column + values[2 * index]) * stride, (row + values[(2 * index) + 1]) * stride);
            }
        }
    }
}
