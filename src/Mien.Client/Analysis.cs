using System.Text.Json.Serialization;

namespace Mien.Client;

/// <summary>What the faces of pictures read as.</summary>
/// <param name="Pictures">The pictures that could be read, in the order of the request.</param>
/// <param name="Problems">Those that could not.</param>
public sealed record Analysis(IReadOnlyList<AnalyzedPicture> Pictures, IReadOnlyList<PictureProblem> Problems);

/// <summary>One picture.</summary>
/// <param name="Source">What the request called it.</param>
/// <param name="Width">Width in pixels, after EXIF's orientation was applied.</param>
/// <param name="Height">Height in pixels, after EXIF's orientation was applied.</param>
/// <param name="Faces">The most confident detection first; empty if no face was found.</param>
public sealed record AnalyzedPicture(string Source, int Width, int Height, IReadOnlyList<AnalyzedFace> Faces);

/// <summary>One face and what its expression reads as: a prediction, not the person's inner state.</summary>
/// <param name="Box">[x, y, width, height] in pixels, from the top left corner; it may reach beyond the border.</param>
/// <param name="Detection">Confidence of the detector, 0 to 1.</param>
/// <param name="Label">The most probable label.</param>
/// <param name="Confidence">Its probability, 0 to 1.</param>
/// <param name="Scores">The probability of each label of the model.</param>
/// <param name="Landmarks">Eyes, nose and mouth corners by name, each [x, y] in pixels; null where the detector gives none.</param>
public sealed record AnalyzedFace(IReadOnlyList<double> Box, double Detection, string Label, double Confidence, IReadOnlyDictionary<string, double> Scores,
    IReadOnlyDictionary<string, IReadOnlyList<double>>? Landmarks = null);

/// <summary>A picture that the server could not read.</summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="Source">What the request called it.</param>
/// <param name="Type">The type of the problem, such as <c>urn:mien:problem:damaged-picture</c>.</param>
/// <param name="Detail">What is wrong with it.</param>
public sealed record PictureProblem(int Index, string Source, string Type, string Detail);

/// <summary>A model that the server has.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Task">What it does: <c>emotion</c> or <c>face-detection</c>.</param>
/// <param name="Loaded">Whether the server reads pictures with it.</param>
/// <param name="Labels">The classes that it tells apart; empty for a detector.</param>
/// <param name="Alternatives">Other sets of classes by name.</param>
public sealed record ServerModel(string Name, string Task, bool Loaded, IReadOnlyList<string> Labels, IReadOnlyDictionary<string, IReadOnlyList<string>> Alternatives);

internal sealed record ServerModels(IReadOnlyList<ServerModel> Models);

/// <summary>Serialisation without reflection, for programs that are compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Analysis))]
[JsonSerializable(typeof(ServerModels))]
[JsonSerializable(typeof(PictureExplanation))]
[JsonSerializable(typeof(VideoJobs))]
[JsonSerializable(typeof(StoredSessions))]
[JsonSerializable(typeof(NewSession))]
[JsonSerializable(typeof(NewReadings))]
[JsonSerializable(typeof(Recording))]
[JsonSerializable(typeof(RecordedFrame))]
[JsonSerializable(typeof(RecordedEvent))]
[JsonSerializable(typeof(FrameConnection.Message))]
[JsonSerializable(typeof(FrameConnection.Command))]
[JsonSerializable(typeof(MienClientException.Problem))]
internal sealed partial class ClientJson : JsonSerializerContext;
