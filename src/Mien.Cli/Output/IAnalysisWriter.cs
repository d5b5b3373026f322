namespace Mien.Cli.Output;

/// <summary>Writes the readings of one picture after another.</summary>
internal interface IAnalysisWriter
{
    void Write(string source, Image image, IReadOnlyList<FaceReading> faces);
}
