using CharacterRefs.Infrastructure.Storage.S3.Presigning;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

/// <summary>Cases that AWSSDK, with which the signer is compared elsewhere, leaves open or gets wrong.</summary>
[Category("Unit")]
internal sealed class BucketAddressTests
{
    [TestCase("https://bücher.example", "https://xn--bcher-kva.example", "/images/")]
    [TestCase("http://[::1]:9000", "http://[::1]:9000", "/images/")]
    [TestCase("http://host/a b/%C3%A9(1)/", "http://host", "/a%20b/%C3%A9%281%29/images/")]
    public void Of_WhenTheEndpointIsUnusual_ReturnsItsUrl(string endpoint, string origin, string path)
    {
        var address = BucketAddress.Of(SigningExamples.PathStyle with { Endpoint = new Uri(endpoint), Bucket = "images" });

        Assert.That(address.Origin, Is.EqualTo(origin));
        Assert.That(address.Host, Is.EqualTo(new Uri(origin).Authority));
        Assert.That(address.PathPrefix, Is.EqualTo(path));
    }
}
