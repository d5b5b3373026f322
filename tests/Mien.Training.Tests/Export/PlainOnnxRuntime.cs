using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Mien.Tests;
using Onnx;

namespace Mien.Training.Tests.Export;

/// <summary>Runs a model in plain onnxruntime-node, which knows nothing of Mien: raw floats in, raw floats out.</summary>
internal static class PlainOnnxRuntime
{
    private const string Script =
        """
        const [model, input, output, ...dims] = process.argv.slice(1);
        const fs = require('fs');
        const ort = require('onnxruntime-node');
        (async () => {
          const session = await ort.InferenceSession.create(model);
          const bytes = fs.readFileSync(input);
          const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
          const result = await session.run({ face: new ort.Tensor('float32', values, dims.map(Number)) });
          const scores = result.scores.data;
          fs.writeFileSync(output, Buffer.from(scores.buffer, scores.byteOffset, scores.byteLength));
          console.log(result.scores.dims.join('x'));
        })().catch(error => { console.error(error.message); process.exit(1); });
        """;

    private const string OptimizeScript =
        """
        const [model, optimized] = process.argv.slice(1);
        require('onnxruntime-node').InferenceSession.create(model, { optimizedModelFilePath: optimized, logSeverityLevel: 3 })
          .catch(error => { console.error(error.message); process.exit(1); });
        """;

    /// <summary>The operators of a model as ONNX Runtime runs it; skips the calling test without Node.js or the package.</summary>
    public static async Task<IReadOnlyList<string>> OptimizedOperatorsAsync(string model)
    {
        string optimized = model + ".optimized";
        await NodeAsync(OptimizeScript, model, optimized);
        var read = ModelProto.Parser.ParseFrom(await File.ReadAllBytesAsync(optimized, TestContext.Current.CancellationToken));
        return [.. read.Graph.Node.Select(node => node.OpType)];
    }

    /// <summary>The output <c>scores</c> for the input <c>face</c>; skips the calling test without Node.js or the package.</summary>
    public static async Task<(float[] Scores, string Shape)> RunAsync(string model, float[] input, params int[] dimensions)
    {
        string folder = Directory.CreateTempSubdirectory("mien-onnx-").FullName;
        try
        {
            string inputPath = Path.Combine(folder, "face.raw");
            string outputPath = Path.Combine(folder, "scores.raw");
            await File.WriteAllBytesAsync(inputPath, MemoryMarshal.AsBytes(input.AsSpan()).ToArray(), TestContext.Current.CancellationToken);
            string[] shape = [.. dimensions.Select(dimension => dimension.ToString(CultureInfo.InvariantCulture))];
            string output = await NodeAsync(Script, [model, inputPath, outputPath, .. shape]);
            byte[] scores = await File.ReadAllBytesAsync(outputPath, TestContext.Current.CancellationToken);
            return (MemoryMarshal.Cast<byte, float>(scores).ToArray(), output.Trim());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> NodeAsync(string script, params string[] arguments)
    {
        string package = Path.Combine(SharedData.Checkout, "node_modules", "onnxruntime-node");
        if (!Directory.Exists(package))
            Assert.Skip("needs the npm package onnxruntime-node: run `npm ci --ignore-scripts`");
        var start = new ProcessStartInfo("node", ["-e", script, .. arguments])
        {
            WorkingDirectory = SharedData.Checkout,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process node = Start(start);
        Task<string> output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, $"onnxruntime-node: {errors}");
        return await output;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("needs Node.js");
            throw;
        }
    }
}
