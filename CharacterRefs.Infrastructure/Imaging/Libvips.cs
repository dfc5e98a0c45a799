using NetVips;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>The settings of libvips that hold for the whole process, made once before the first image.</summary>
internal static class Libvips
{
    // Loading from a file is for inspected images; SVG only from memory, because it is only ever composed here.
    private static readonly string[] s_allowedLoaders =
        ["VipsForeignLoadPngFile", "VipsForeignLoadJpegFile", "VipsForeignLoadWebpFile", "VipsForeignLoadSvgBuffer"];

    // libvips and its libraries write to standard error by themselves, one line per damaged strip: a hostile file could flood the log.
    private static readonly string[] s_logDomains = ["VIPS", "GLib", "GLib-GObject", "Pango", "librsvg"];

    private static readonly Log.LogDelegate s_silence = (_, _, _) => { };

    private static readonly Lazy<bool> s_prepared = new(Configure);

    /// <summary>Makes the settings unless they are made already.</summary>
    /// <exception cref="DllNotFoundException">There is no libvips for this platform.</exception>
    public static void Prepare() => _ = s_prepared.Value;

    private static bool Configure()
    {
        // Every file is seen once, so a cache of operations would only keep memory and open files.
        Cache.Max = 0;

        // Images run beside each other in a bounded pool; threads inside one image would break its bound.
        NetVips.NetVips.Concurrency = 1;

        // Everything is blocked by its base class and four are allowed again: a loader that a later libvips brings is blocked too.
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in s_allowedLoaders)
        {
            Operation.Block(loader, false);
        }

        foreach (var domain in s_logDomains)
        {
            Log.SetLogHandler(
                domain,
                Enums.LogLevelFlags.Critical | Enums.LogLevelFlags.Warning | Enums.LogLevelFlags.Message | Enums.LogLevelFlags.Info | Enums.LogLevelFlags.Debug,
                s_silence);
        }

        return true;
    }
}
