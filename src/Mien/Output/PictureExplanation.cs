namespace Mien.Output;

/// <summary>The faces of one picture and which parts of each carried its label, as programs get it: docs/explain-output.md.</summary>
internal sealed record PictureExplanation(int Schema, string Source, int Width, int Height, IReadOnlyList<FaceMap> Faces)
{
    public static PictureExplanation Of(string source, Image image, IReadOnlyList<FaceExplanation> faces) =>
        new(PictureJson.SchemaVersion, source, image.Width, image.Height, [.. faces.Select(FaceMap.Of)]);
}

/// <summary>The heat map of one face.</summary>
internal sealed record FaceMap(decimal[] Box, MapRegion Region, string Label, decimal Probability, decimal Lowest, decimal[][] Map)
{
    public static FaceMap Of(FaceExplanation explanation)
    {
        (var face, var region, var map) = explanation;
        var rows = new decimal[map.Cells][];
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = new decimal[map.Cells];
            for (int column = 0; column < map.Cells; column++)
                rows[row][column] = PictureJson.Round(map[column, row]);
        }
        return new(PictureJson.Pixels(face.Box),
            new(PictureJson.Pixels(region.CenterX), PictureJson.Pixels(region.CenterY), PictureJson.Pixels(region.Side), PictureJson.Round(region.Angle)),
            map.Label, PictureJson.Round(map.Probability), PictureJson.Round(map.Lowest), rows);
    }
}

/// <summary>The square of the picture that a heat map covers.</summary>
internal sealed record MapRegion(decimal CenterX, decimal CenterY, decimal Side, decimal Angle);
