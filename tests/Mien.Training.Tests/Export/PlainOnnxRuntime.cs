using Microsoft.ML.OnnxRuntime;
using Mien.Inference;

namespace Mien.Training.Tests.Export;

/// <summary>Runs a model in ONNX Runtime as a program does that knows nothing of Mien: raw floats in, raw floats out.</summary>
internal static class PlainOnnxRuntime
{
    static PlainOnnxRuntime() => OnnxRuntime.Start();

    /// <summary>The operators of a model as ONNX Runtime runs it.</summary>
    public static IReadOnlyList<string> OptimizedOperators(string model)
    {
        const int graphField = 7, nodeField = 1, operationField = 4;
        string optimized = model + ".optimized";
        using (var options = new SessionOptions { OptimizedModelFilePath = optimized })
            new InferenceSession(model, options).Dispose();
        return Operators(File.ReadAllBytes(optimized));

        static List<string> Operators(byte[] model)
        {
            var operators = new List<string>();
            var file = new ProtobufReader(model);
            while (file.Read())
            {
                var graph = new ProtobufReader(file.Field == graphField ? file.Bytes : default);
                while (graph.Read())
                {
                    var node = new ProtobufReader(graph.Field == nodeField ? graph.Bytes : default);
                    while (node.Read())
                    {
                        if (node.Field == operationField)
                            operators.Add(node.Text);
                    }
                }
            }
            return operators;
        }
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
