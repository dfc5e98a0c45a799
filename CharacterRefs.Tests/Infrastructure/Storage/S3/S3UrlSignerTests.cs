using Amazon.Runtime;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Infrastructure.Storage.Presigning;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Infrastructure.Storage.S3.Presigning;
using CharacterRefs.Infrastructure.Workspaces;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

[Category("Unit")]
internal sealed class S3UrlSignerTests
{
    [TestCase("character_references/a.png", "image%2Fpng", false)]
    [TestCase("videos/job-1/final/movie.mp4", "video%2Fmp4", false)]
    [TestCase("videos/job-1/final/drawing.svg", "image%2Fsvg%2Bxml", true)]
    [TestCase("videos/job-1/final/page.html", "application%2Foctet-stream", true)]
    [TestCase("videos/job-1/final/noextension", "application%2Foctet-stream", true)]
    [TestCase("videos/job-1/intermediate/metadata.json", "application%2Fjson", true)]
    public void Sign_WhenTheObjectHasAnyType_SignsOneThatCannotRunAsAPage(string key, string mediaType, bool isAttachment)
    {
        var options = new S3StoreOptions { Bucket = "images", Region = "eu-central-1" };
        var signer = new S3UrlSigner(
            options,
            new BasicAWSCredentials("key", "secret"),
            new SigV4QuerySigner(new PresigningOptions { Window = TimeSpan.Zero }, TimeProvider.System),
            new MediaTypes());

        var url = signer.Sign(AssetKey.Parse(key), TimeSpan.FromHours(1)).Url;

        Assert.That(url, Does.Contain($"&response-content-type={mediaType}&"));
        Assert.That(url.Contains("&response-content-disposition=attachment&", StringComparison.Ordinal), Is.EqualTo(isAttachment), url);
    }
}
