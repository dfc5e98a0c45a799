using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Storage;
using CharacterRefs.Infrastructure.Storage.S3.Connection;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Tests.Infrastructure.Storage.S3;

[Category("Unit")]
internal sealed class S3StoreOptionsTests
{
    [Test]
    public void Read_WhenOnlyRegionAndBucketAreSet_HasTheDocumentedDefaults()
    {
        var options = Read("pictures", ("AWS_REGION", "eu-central-1"));

        Assert.That(options, Is.EqualTo(new S3StoreOptions
        {
            Bucket = "pictures",
            Region = "eu-central-1",
            ConnectTimeout = TimeSpan.FromSeconds(3),
            AttemptTimeout = TimeSpan.FromSeconds(30),
            TotalTimeout = TimeSpan.FromSeconds(120),
            MaxRetries = 4,
            MultipartThreshold = 67_108_864,
            PartSize = 8_388_608,
            UploadParallelism = 4,
            CopyThreshold = 268_435_456,
            CopyPartSize = 67_108_864,
        }));
    }

    [Test]
    public void Read_WhenAnEndpointIsSet_NeedsNoRegionAndIsPublicThere()
    {
        var options = Read("pictures", ("S3_ENDPOINT", "http://s3:9000"));

        Assert.That(options.Region, Is.Not.Empty);
        Assert.That(options.PublicEndpoint, Is.EqualTo(new Uri("http://s3:9000")));
        Assert.That(
            Read("pictures", ("S3_ENDPOINT", "http://s3:9000"), ("S3_PUBLIC_ENDPOINT", "https://img.example")).PublicEndpoint,
            Is.EqualTo(new Uri("https://img.example")));
    }

    [TestCase("S3_ENDPOINT", "https://abc.r2.example/pictures", "https://abc.r2.example")]
    [TestCase("S3_ENDPOINT", "http://gateway:9000/s3/pictures/", "http://gateway:9000/s3")]
    [TestCase("S3_PUBLIC_ENDPOINT", "https://img.example/pictures", "https://img.example")]
    public void Read_WhenAnEndpointEndsWithTheBucket_NamesTheServerAlone(string name, string value, string server)
    {
        var error = Assert.Throws<InvalidSettingsException>(() => Read("pictures", ("S3_ENDPOINT", "http://s3:9000"), (name, value)));

        Assert.That(error!.Message, Does.Contain($"{name} is \"{value}\", which ends with the bucket; allowed: the server alone, \"{server}\"."));
    }

    [TestCase("http://s3:9000/other")]
    [TestCase("http://pictures:9000/my-pictures")]
    public void Read_WhenAnEndpointHasAnotherPath_AcceptsIt(string value) =>
        Assert.That(Read("pictures", ("S3_ENDPOINT", value)).Endpoint, Is.EqualTo(new Uri(value)));

    [TestCase(null, "AWS_REGION", "eu-central-1", "STORAGE_BUCKET")]
    [TestCase("s3://pictures", "AWS_REGION", "eu-central-1", "STORAGE_BUCKET")]
    [TestCase("pictures", "S3_ENDPOINT", "s3:9000", "S3_ENDPOINT")]
    [TestCase("pictures", "AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY")]
    [TestCase("pictures", "AWS_SECRET_ACCESS_KEY", "top secret", "AWS_SECRET_ACCESS_KEY")]
    [TestCase("pictures", "S3_PART_SIZE", "5242879", "S3_PART_SIZE")]
    [TestCase("pictures", "S3_COPY_THRESHOLD", "5368709121", "S3_COPY_THRESHOLD")]
    [TestCase("pictures", "S3_COPY_PART_SIZE", "5242879", "S3_COPY_PART_SIZE")]
    [TestCase("pictures", "S3_ATTEMPT_TIMEOUT", "500", "S3_TOTAL_TIMEOUT")]
    public void Read_WhenSomethingIsWrong_NamesIt(string? bucket, string name, string value, string named)
    {
        var error = Assert.Throws<InvalidSettingsException>(() => Read(bucket, ("S3_ENDPOINT", "http://s3:9000"), (name, value)));

        Assert.That(error!.Message, Does.Contain(named).And.Not.Contain("top secret"));
    }

    [Test]
    public void Read_WhenTheProfileDoesNotExist_NamesItWithTheMissingRegion()
    {
        var error = Assert.Throws<InvalidSettingsException>(() => Read("pictures", ("AWS_PROFILE", "no-such-profile")));

        Assert.That(
            error!.Message,
            Does.Contain("AWS_REGION is not set, and the profile \"no-such-profile\", which AWS_PROFILE names, is in none of").And.Contain("~/.aws/config"));
    }

    [Test]
    public void ToString_WhenKeysAreSet_MasksThem()
    {
        var options = Read(
            "pictures",
            ("S3_ENDPOINT", "http://s3:9000"),
            ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUt"),
            ("AWS_SESSION_TOKEN", "FwoGZX"));

        Assert.That(options.ToString(), Does.Contain("pictures").And.Not.Contain("AKIAEXAMPLE").And.Not.Contain("wJalrXUt").And.Not.Contain("FwoGZX"));
        Assert.That(options.SecretAccessKey!.Reveal(), Is.EqualTo("wJalrXUt"));
    }

    [Test]
    public async Task AddS3Storage_ForAnotherServer_ConfiguresTheClientForIt()
    {
        await using var services = S3TestServer.Services(Read("pictures", ("S3_ENDPOINT", "http://s3:9000"), ("AWS_REGION", "garage")));

        var config = (AmazonS3Config)services.GetRequiredService<IAmazonS3>().Config;
        Assert.That(config.ServiceURL, Is.EqualTo("http://s3:9000/"));
        Assert.That(config.AuthenticationRegion, Is.EqualTo("garage"));
        Assert.That(config.ForcePathStyle, Is.True);
        Assert.That(config.MaxErrorRetry, Is.Zero);
        Assert.That(config.RequestChecksumCalculation, Is.EqualTo(RequestChecksumCalculation.WHEN_REQUIRED));
        Assert.That(config.ResponseChecksumValidation, Is.EqualTo(ResponseChecksumValidation.WHEN_REQUIRED));
    }

    [Test]
    public async Task AddS3Storage_ForAmazon_KeepsTheChecksumsOfTheSdk()
    {
        await using var services = S3TestServer.Services(Read("pictures", ("AWS_REGION", "eu-central-1")));

        var config = (AmazonS3Config)services.GetRequiredService<IAmazonS3>().Config;
        Assert.That(config.RegionEndpoint, Is.EqualTo(RegionEndpoint.EUCentral1));
        Assert.That(config.ServiceURL, Is.Null);
        Assert.That(config.ForcePathStyle, Is.False);
        Assert.That(config.MaxErrorRetry, Is.Zero);
        Assert.That(config.RequestChecksumCalculation, Is.EqualTo(RequestChecksumCalculation.WHEN_SUPPORTED));
    }

    private static S3StoreOptions Read(string? bucket, params (string Name, string Value)[] variables)
    {
        var settings = new Settings(new ConfigurationBuilder()
            .AddInMemoryCollection(variables
                .Reverse()
                .DistinctBy(variable => variable.Name)
                .Select(variable => KeyValuePair.Create(variable.Name, (string?)variable.Value)))
            .Build());
        var options = S3StoreOptions.Read(settings, StorageSettings.Read(TestSettings.Of(("STORAGE_BACKEND", "s3"), ("STORAGE_BUCKET", bucket ?? ""))));
        settings.ThrowIfInvalid();
        return options;
    }
}
