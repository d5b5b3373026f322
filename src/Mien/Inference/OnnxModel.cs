using Microsoft.ML.OnnxRuntime;

namespace Mien.Inference;

/// <summary>Opens ONNX models and reads what they say of themselves.</summary>
internal static class OnnxModel
{
    private const string Remedy = "It may be truncated or of another kind: fetch or export it again.";

    /// <summary>Loads a model file.</summary>
    /// <exception cref="ModelException">The file is missing, unreadable or no model that can be run.</exception>
    /// <exception cref="NativeLibraryException">There is no ONNX Runtime for this system.</exception>
    public static IOnnxSession Open(string path, OnnxOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new ModelException(Directory.Exists(path) ? $"{path}: this is a folder; name the .onnx file in it." : $"{path}: no such model file.");
        if (file.Length == 0)
            throw new ModelException($"{path}: the file is empty. Fetch or export it again.");
        try
        {
            return OnnxSession.FromFile(path, options ?? new());
        }
        catch (Exception error) when (error is OnnxRuntimeException or ModelException)
        {
            string advice = IsLfsPointer(file) ? "It is a Git LFS pointer, not the model itself: run `git lfs pull`." : Remedy;
            throw new ModelException($"{path} ({file.Length:N0} bytes): not a model that can be used: {error.Message.TrimEnd('.')}. {advice}", error);
        }
    }

    /// <summary>Loads a model from memory.</summary>
    /// <param name="model">The bytes of an ONNX file; they need not outlive the call.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="ModelException">It is no model that can be run.</exception>
    /// <exception cref="NativeLibraryException">There is no ONNX Runtime for this system.</exception>
    public static IOnnxSession Open(ReadOnlySpan<byte> model, string name, OnnxOptions? options = null)
    {
        try
        {
            return OnnxSession.FromBytes(model.ToArray(), name, options ?? new());
        }
        catch (Exception error) when (error is OnnxRuntimeException or ModelException)
        {
            throw new ModelException($"{name} ({model.Length:N0} bytes): not a model that can be used: {error.Message.TrimEnd('.')}. {Remedy}", error);
        }
    }

    /// <summary>The manifest that belongs to a model file: <c>model.onnx.json</c> beside <c>model.onnx</c>.</summary>
    public static string ManifestPath(string path) => path + ".json";

    /// <summary>What the model file itself or the manifest beside it says, or null if neither says anything.</summary>
    /// <exception cref="ModelException">The description is there but not valid.</exception>
    public static ModelMetadata? ReadMetadata(IOnnxSession session)
    {
        if (session.Metadata.TryGetValue(ModelMetadata.Key, out string? json))
            return ModelMetadata.Parse(json, session.Source);
        string manifest = ManifestPath(session.Source);
        return File.Exists(manifest) ? ModelMetadata.Parse(File.ReadAllText(manifest), manifest) : null;
    }

    private static bool IsLfsPointer(FileInfo file)
    {
        var start = "version https://git-lfs"u8;
        if (file.Length > 1024)
            return false;
        return File.ReadAllBytes(file.FullName).AsSpan().StartsWith(start);
    }
}
