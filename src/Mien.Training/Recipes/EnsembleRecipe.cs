using System.Text.Json.Serialization;

namespace Mien.Training;

/// <summary>Several recipes whose networks answer together.</summary>
public sealed record EnsembleRecipe
{
    private const string ResourcePrefix = "ensembles/";

    /// <summary>What the ensemble is called, and the default name of its run folder.</summary>
    public required string Name { get; init; }

    /// <summary>What it is and what to expect, for people.</summary>
    public string Description { get; set; } = "";

    /// <summary>The recipes of its networks, by name or path; all with the same input and the same labels.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>Whether each network sees the face and its mirror image.</summary>
    public bool Mirror { get; set; }

    /// <summary>The names of the ensembles in the box.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(EnsembleRecipe).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name[ResourcePrefix.Length..]))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>An ensemble in the box; null if there is none of that name.</summary>
    public static EnsembleRecipe? Find(string name)
    {
        using Stream? stream = typeof(EnsembleRecipe).Assembly.GetManifestResourceStream($"{ResourcePrefix}{name}.json");
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), $"ensemble {name}");
    }

    /// <summary>Reads an ensemble from JSON.</summary>
    /// <param name="json">The text; comments are allowed.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <exception cref="MienException">It is not valid; the message names source, property and what is allowed.</exception>
    public static EnsembleRecipe Parse(string json, string source)
    {
        EnsembleRecipe recipe = StrictJson.Parse(json, source, EnsembleJson.Default.EnsembleRecipe);
        return recipe.Members.Count > 0 ? recipe : throw new MienException($"{source}: members must name at least one recipe.");
    }

    /// <summary>Joins trained networks, fits the temperature of what they say together, and writes them as one ONNX file.</summary>
    /// <param name="checkpoints">The best checkpoint of each member, in their order.</param>
    /// <param name="validation">The split that the temperature is fitted on.</param>
    /// <param name="path">Where to write the model.</param>
    /// <returns>The temperature, and how well confidence met accuracy before and after.</returns>
    /// <exception cref="MienException">The members do not fit together, or a file cannot be read or written.</exception>
    public Calibration Export(IReadOnlyList<string> checkpoints, FaceDataset validation, string path)
    {
        ArgumentNullException.ThrowIfNull(checkpoints);
        ArgumentNullException.ThrowIfNull(validation);
        Checkpoint[] members = [.. checkpoints.Select(Checkpoint.Load)];
        try
        {
            Checkpoint first = members[0];
            if (members.FirstOrDefault(member => !Fits(member, first)) is { } other)
                throw new MienException($"{other.Path} and {first.Path} cannot be members of one ensemble: they normalise their input differently or have other labels.");
            using Network network = Ensemble.Join([.. members.Select(member => member.CreateNetwork())], Mirror);
            Calibration calibration = Calibration.Fit(NetworkEvaluation.Logits(network, validation, first.Recipe.Input), validation.Targets);
            Calibration? emotions = Checkpoint.CalibrateEmotions(network, validation, first.Recipe.Input);
            ModelMetadata metadata = first.ToModelMetadata();
            OnnxExporter.Export(network, metadata with
            {
                Name = Name,
                Temperature = (float)calibration.Temperature,
                Alternatives = [.. metadata.Alternatives.Select(labels => labels with { Temperature = (float)(emotions?.Temperature ?? 1) })],
                Metrics = new Dictionary<string, double>(),
            }, path);
            return calibration;
        }
        finally
        {
            foreach (Checkpoint member in members)
                member.Dispose();
        }
    }

    private static bool Fits(Checkpoint member, Checkpoint first) => member.Labels.SequenceEqual(first.Labels)
        && member.Recipe.Input.Mean.SequenceEqual(first.Recipe.Input.Mean) && member.Recipe.Input.Deviation.SequenceEqual(first.Recipe.Input.Deviation);
}

/// <summary>Serialisation without reflection, strict.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(EnsembleRecipe))]
internal sealed partial class EnsembleJson : JsonSerializerContext;
