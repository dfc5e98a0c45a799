using CharacterRefs.Application.Storage;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Application.Storage;

[Category("Unit")]
internal sealed class StorageSettingsTests
{
    [Test]
    public void Read_WhenNothingIsSet_ServesFromLocalDisk()
    {
        var settings = TestSettings.Of();

        var read = StorageSettings.Read(settings);

        Assert.That(settings.Problems(), Is.Empty);
        Assert.That((read.ServeFromCloud, read.Backend, read.Bucket), Is.EqualTo((false, "local", default(string))));
        Assert.That(read.PresignedUrlExpiry, Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(
            settings.Declared.Select(setting => setting.Name),
            Is.EqualTo(["SERVE_FROM_CLOUD", "STORAGE_BACKEND", "STORAGE_BUCKET", "STORE_OWNER", "PRESIGNED_URL_EXPIRY", "STORE_WAIT", "STORE_CONCURRENCY",
                "LOCAL_CACHE_MAX_BYTES", "COPY_CHECK_PERIOD", "ADOPT_MAX_BYTES"]));
    }

    [TestCase("local", "false", false, false)]
    [TestCase("local", "true", true, true)]
    [TestCase("s3", "false", true, false)]
    [TestCase("s3", "true", true, true)]
    public void Read_WhenBackendAndServingAreChosen_DecidesWhatIsStoredAndServed(string backend, string fromCloud, bool isStored, bool isServed)
    {
        var settings = TestSettings.Of(("STORAGE_BACKEND", backend), ("SERVE_FROM_CLOUD", fromCloud));

        var read = StorageSettings.Read(settings);

        Assert.That(settings.Problems(), Is.Empty);
        Assert.That((read.IsEveryImageStored, read.ServeFromCloud), Is.EqualTo((isStored, isServed)));
    }

    [TestCase("1", 1)]
    [TestCase("604800", 604_800)]
    public void Read_WhenExpiryIsWithinWhatSignaturesAllow_TakesIt(string value, int seconds) =>
        Assert.That(StorageSettings.Read(TestSettings.Of(("PRESIGNED_URL_EXPIRY", value))).PresignedUrlExpiry, Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase("PRESIGNED_URL_EXPIRY", "0")]
    [TestCase("PRESIGNED_URL_EXPIRY", "604801")]
    [TestCase("PRESIGNED_URL_EXPIRY", "1h")]
    [TestCase("LOCAL_CACHE_MAX_BYTES", "-1")]
    [TestCase("LOCAL_CACHE_MAX_BYTES", "10GB")]
    [TestCase("STORAGE_BACKEND", "ftp")]
    [TestCase("SERVE_FROM_CLOUD", "maybe")]
    public void Read_WhenAValueCannotWork_IsRejectedOnceByName(string name, string value)
    {
        var settings = TestSettings.Of((name, value));

        StorageSettings.Read(settings);

        Assert.That(settings.Problems(), Has.Count.EqualTo(1));
        Assert.That(settings.Problems()[0], Does.Contain(name).And.Contain($"\"{value}\"").And.Contain("allowed: "));
    }
}
