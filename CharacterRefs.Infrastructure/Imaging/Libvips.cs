using NetVips;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>Configures libvips for the whole process, once before the first image.</summary>
internal static class Libvips
{
    // Inspected images are loaded from files, repaired JPEGs from streams; SVG only from memory, because it is only composed here.
    private static readonly string[] s_allowedLoaders =
        ["VipsForeignLoadPngFile", "VipsForeignLoadJpegFile", "VipsForeignLoadJpegSource", "VipsForeignLoadWebpFile", "VipsForeignLoadSvgBuffer"];

    // libvips and its libraries write to standard error, one line per damaged strip: a hostile file could flood the log.
    private static readonly string[] s_logDomains = ["VIPS", "GLib", "GLib-GObject", "Pango", "librsvg"];

    private static readonly Log.LogDelegate s_silence = (_, _, _) => { };

    private static readonly Lazy<bool> s_prepared = new(Configure);

    /// <summary>Configures libvips unless it is configured already.</summary>
    /// <exception cref="DllNotFoundException">There is no libvips for this platform.</exception>
    public static void Prepare() => _ = s_prepared.Value;

    private static bool Configure()
    {
        NativeHeap.ReturnLargeBlocks();

        // Every file is read once, so the operation cache would only hold memory and open files.
        Cache.Max = 0;

        // Images are decoded concurrently in a bounded pool; threads inside one image would exceed its limit.
        NetVips.NetVips.Concurrency = 1;

        // All loaders are blocked by their base class and these are allowed again, so that a loader of a later libvips is blocked too.
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
