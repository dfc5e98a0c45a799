using CharacterRefs.Infrastructure.Workspaces;

namespace CharacterRefs.Tests.Infrastructure.Workspaces;

[Category("Unit")]
internal sealed class MediaTypesTests
{
    private static readonly MediaTypes s_types = new();

    [TestCase("final/movie.mp4", "video/mp4")]
    [TestCase("a.mov", "video/quicktime")]
    [TestCase("a.webm", "video/webm")]
    [TestCase("a.mkv", "video/matroska")]
    [TestCase("a.m4a", "audio/mp4")]
    [TestCase("a.mp3", "audio/mpeg")]
    [TestCase("a.wav", "audio/wav")]
    [TestCase("a.flac", "audio/flac")]
    [TestCase("a.ogg", "audio/ogg")]
    [TestCase("a.opus", "audio/ogg")]
    [TestCase("a.aac", "audio/aac")]
    [TestCase("a.PNG", "image/png")]
    [TestCase("a.b.jpg", "image/jpeg")]
    [TestCase("a.jpeg", "image/jpeg")]
    [TestCase("a.webp", "image/webp")]
    [TestCase("a.gif", "image/gif")]
    [TestCase("a.svg", "image/svg+xml")]
    [TestCase("a.psd", "image/vnd.adobe.photoshop")]
    [TestCase("a.exr", "image/x-exr")]
    [TestCase("metadata.json", "application/json")]
    [TestCase("a.srt", "application/x-subrip")]
    [TestCase("a.vtt", "text/vtt")]
    [TestCase("a.txt", "text/plain")]
    [TestCase("a.md", "text/markdown")]
    [TestCase("a.ttf", "font/ttf")]
    [TestCase("a.otf", "font/otf")]
    [TestCase("a.zip", "application/zip")]
    [TestCase("a.blend", "application/x-blender")]
    [TestCase("a.unheard-of", "application/octet-stream")]
    [TestCase("scenes.d/a", "application/octet-stream")]
    [TestCase(".png", "image/png")]
    [TestCase("a.", "application/octet-stream")]
    public void Of_WhenTheExtensionIsKnown_NamesItsType(string name, string expected) => Assert.That(s_types.Of(name), Is.EqualTo(expected));

    [TestCase("html")]
    [TestCase("htm")]
    [TestCase("shtml")]
    [TestCase("xhtml")]
    [TestCase("xht")]
    [TestCase("xml")]
    [TestCase("xsl")]
    [TestCase("js")]
    [TestCase("mjs")]
    [TestCase("htc")]
    [TestCase("swf")]
    [TestCase("jar")]
    [TestCase("jnlp")]
    [TestCase("wasm")]
    [TestCase("mht")]
    [TestCase("rdf")]
    [TestCase("appcache")]
    public void Of_WhenABrowserWouldRunIt_IsOctets(string extension) => Assert.That(s_types.Of($"a.{extension}"), Is.EqualTo("application/octet-stream"));
}
