namespace Mien.Output;

/// <summary>The faces of one picture and which parts of each carried its label, as programs get it: docs/explain-output.md.</summary>
/// <param name="Schema">Version of this format.</param>
/// <param name="Source">What the picture is called.</param>
/// <param name="Width">Width in pixels, after EXIF's orientation was applied.</param>
/// <param name="Height">Height in pixels, after EXIF's orientation was applied.</param>
/// <param name="Faces">The most confident detection first; empty if no face was found.</param>
internal sealed record PictureExplanation(int Schema, string Source, int Width, int Height, IReadOnlyList<FaceMap> Faces)
{
    public static PictureExplanation Of(string source, Image image, IReadOnlyList<FaceExplanation> faces) =>
        new(PictureJson.SchemaVersion, source, image.Width, image.Height, [.. faces.Select(FaceMap.Of)]);
}

/// <summary>The heat map of one face.</summary>
/// <param name="Box">[x, y, width, height] in pixels, from the top left corner; it may reach beyond the border.</param>
/// <param name="Region">The square that the model saw and the map lies over.</param>
/// <param name="Label">The label that is explained.</param>
/// <param name="Probability">Its probability for the whole face, 0 to 1.</param>
/// <param name="Lowest">Its probability under the patch that takes most of it.</param>
/// <param name="Map">Rows from the top of the upright face: by how much the probability falls when the cell is covered, -1 to 1.</param>
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
/// <param name="CenterX">Its centre in pixels.</param>
/// <param name="CenterY">Its centre in pixels.</param>
/// <param name="Side">Its side in pixels.</param>
/// <param name="Angle">By how much it is turned clockwise, in radians.</param>
internal sealed record MapRegion(decimal CenterX, decimal CenterY, decimal Side, decimal Angle);
