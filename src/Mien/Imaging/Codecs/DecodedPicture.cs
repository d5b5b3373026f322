namespace Mien.Imaging.Codecs;

/// <summary>A decoded picture, 8 bits a channel whatever the file has.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Channels">1 gray, 3 RGB, 4 RGBA with colours that are not multiplied by alpha.</param>
/// <param name="Pixels">Height x Width x Channels bytes.</param>
/// <param name="Orientation">EXIF's orientation by which it is still to be turned, 1 (upright) to 8.</param>
internal readonly record struct DecodedPicture(int Width, int Height, int Channels, byte[] Pixels, int Orientation);
