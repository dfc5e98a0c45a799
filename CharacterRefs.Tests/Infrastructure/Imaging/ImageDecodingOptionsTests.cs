using CharacterRefs.Application.Configuration;
using CharacterRefs.Infrastructure.Imaging;
using Microsoft.Extensions.Configuration;

namespace CharacterRefs.Tests.Infrastructure.Imaging;

[Category("Unit")]
internal sealed class ImageDecodingOptionsTests
{
    [Test]
    public void Read_WhenNothingIsSet_UsesEveryProcessorOneGibibyteAndTenSeconds() =>
        Assert.That(
            ImageDecodingOptions.Read(Settings([])),
            Is.EqualTo(new ImageDecodingOptions
            {
                Concurrency = Math.Min(Environment.ProcessorCount, 64),
                MemoryBytes = 1_073_741_824,
                Timeout = TimeSpan.FromSeconds(10),
            }));

    [TestCase("IMAGE_DECODE_CONCURRENCY", "0")]
    [TestCase("IMAGE_DECODE_CONCURRENCY", "65")]
    [TestCase("IMAGE_DECODE_MEMORY_BYTES", "67108863")]
    [TestCase("IMAGE_DECODE_MEMORY_BYTES", "1099511627777")]
    [TestCase("IMAGE_DECODE_TIMEOUT", "0")]
    [TestCase("IMAGE_DECODE_TIMEOUT", "121")]
    public void Read_WhenValueIsOutOfRange_NamesIt(string name, string value)
    {
        var settings = Settings(new() { [name] = value });

        ImageDecodingOptions.Read(settings);

        Assert.That(settings.ThrowIfInvalid, Throws.TypeOf<InvalidSettingsException>().With.Message.Contains(name));
    }

    private static Settings Settings(Dictionary<string, string?> values) => new(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
}
