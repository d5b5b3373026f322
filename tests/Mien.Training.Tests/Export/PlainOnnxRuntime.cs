using Microsoft.ML.OnnxRuntime;
using Mien.Inference;
using Onnx;

namespace Mien.Training.Tests.Export;

/// <summary>Runs a model in ONNX Runtime as a program does that knows nothing of Mien: raw floats in, raw floats out.</summary>
internal static class PlainOnnxRuntime
{
    static PlainOnnxRuntime() => OnnxRuntime.Start();

    /// <summary>The operators of a model as ONNX Runtime runs it.</summary>
    public static IReadOnlyList<string> OptimizedOperators(string model)
    {
        string optimized = model + ".optimized";
        using (var options = new SessionOptions { OptimizedModelFilePath = optimized })
            new InferenceSession(model, options).Dispose();
        return [.. ModelProto.Parser.ParseFrom(File.ReadAllBytes(optimized)).Graph.Node.Select(node => node.OpType)];
    }

    /// <summary>The output <c>scores</c> for the input <c>face</c>.</summary>
    public static (float[] Scores, string Shape) Run(string model, float[] input, params long[] shape)
    {
        using var session = new InferenceSession(model);
        using var options = new RunOptions();
        using var face = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var outputs = session.Run(options, ["face"], [face], ["scores"]);
        var scores = outputs.Single();
        return (scores.GetTensorDataAsSpan<float>().ToArray(), string.Join('x', scores.GetTensorTypeAndShape().Shape));
    }
}
