using System.Runtime.InteropServices;
using OpenCvSharp;

namespace Mien.OpenCv;

/// <summary>A window on the desktop that shows one picture after the other. All of it happens on a thread of its own, as desktops demand.</summary>
public sealed partial class VideoWindow : IDisposable
{
    /// <summary>How long the window waits for the mouse and keyboard between pictures, in milliseconds.</summary>
    private const int Patience = 15;

    private static readonly string[] DisplayVariables = ["DISPLAY", "WAYLAND_DISPLAY"];

    private readonly string _title;
    private readonly Action _closed;
    private readonly Thread _thread;
    private Image? _next;
    private volatile bool _isEnding;

    /// <summary>Opens a window; it appears with the first picture.</summary>
    /// <param name="title">The window's title.</param>
    /// <param name="closed">Called on the window's thread when a person has closed it.</param>
    /// <exception cref="NativeLibraryException">OpenCV or a library that it needs is missing.</exception>
    /// <exception cref="MienException">There is no display.</exception>
    public VideoWindow(string title, Action closed)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(closed);
        Check();
        (_title, _closed) = (title, closed);
        _thread = new Thread(Run) { IsBackground = true, Name = "Window" };
        _thread.Start();
    }

    /// <summary>Refuses to begin where there is nothing to show a window on.</summary>
    /// <exception cref="NativeLibraryException">OpenCV or a library that it needs is missing.</exception>
    /// <exception cref="MienException">There is no display.</exception>
    public static void Check()
    {
        bool isNamed = DisplayVariables.Any(variable => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)));
        if (OperatingSystem.IsLinux() && !isNamed)
            throw new MienException("there is no display here");
        OpenCvLibrary.Require();
        // OpenCV would let GTK end the process.
        if (OperatingSystem.IsLinux() && !GtkHasDisplay(0, 0))
            throw new MienException("the display does not answer");
    }

    /// <summary>Shows a picture instead of the one before; one that comes before the last was shown replaces it.</summary>
    public void Show(Image picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        Volatile.Write(ref _next, picture);
    }

    /// <summary>Closes the window.</summary>
    public void Dispose()
    {
        _isEnding = true;
        if (Thread.CurrentThread != _thread)
            _thread.Join();
    }

    private void Run()
    {
        bool isOpen = false, wasThere = false;
        while (!_isEnding)
        {
            if (Interlocked.Exchange(ref _next, null) is { } picture)
            {
                if (!isOpen)
                    Cv2.NamedWindow(_title, WindowFlags.AutoSize);
                isOpen = true;
                ShowNow(picture);
            }
            if (!isOpen)
            {
                Thread.Sleep(Patience);
                continue;
            }
            Cv2.WaitKey(Patience);
            // Each desktop tells by another property whether there is a window; GTK by its size.
            bool isThere = Cv2.GetWindowProperty(_title, WindowPropertyFlags.AutoSize) >= 0 || Cv2.GetWindowProperty(_title, WindowPropertyFlags.Visible) >= 1;
            if (wasThere && !isThere)
            {
                _closed();
                return;
            }
            wasThere = isThere;
        }
        if (isOpen)
            Cv2.DestroyWindow(_title);
    }

    private unsafe void ShowNow(Image picture)
    {
        fixed (byte* pixels = picture.Pixels)
        {
            bool gray = picture.Format == PixelFormat.Gray8;
            using var rgb = Mat.FromPixelData(picture.Height, picture.Width, gray ? MatType.CV_8UC1 : MatType.CV_8UC3, (IntPtr)pixels);
            using var shown = new Mat();
            Cv2.CvtColor(rgb, shown, gray ? ColorConversionCodes.GRAY2BGR : ColorConversionCodes.RGB2BGR);
            Cv2.ImShow(_title, shown);
        }
    }

    [LibraryImport("libgtk-3.so.0", EntryPoint = "gtk_init_check")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GtkHasDisplay(nint argc, nint argv);
}
