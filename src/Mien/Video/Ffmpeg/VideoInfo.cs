namespace Mien.Video.Ffmpeg;

/// <summary>What a container says of its video.</summary>
/// <param name="Width">Width in pixels as stored; 0 if not known before the first frame.</param>
/// <param name="Height">Height in pixels as stored; 0 if not known before the first frame.</param>
/// <param name="FrameRate">Frames a second on average; 0 if not known.</param>
/// <param name="Start">Seconds at which the container's clock begins.</param>
/// <param name="Duration">Seconds; 0 if not known, as of a live stream.</param>
/// <param name="Frames">By the container's index; 0 if not known.</param>
/// <param name="Format">FFmpeg's names of the format, such as <c>mov,mp4,m4a,3gp,3g2,mj2</c>.</param>
/// <param name="Stream">The number of the video among the container's streams; null to leave the choice to ffmpeg.</param>
internal sealed record VideoInfo(int Width, int Height, double FrameRate, double Start, double Duration, long Frames, string Format, int? Stream = null);
