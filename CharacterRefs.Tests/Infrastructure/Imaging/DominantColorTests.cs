using CharacterRefs.Infrastructure.Imaging;

namespace CharacterRefs.Tests.Infrastructure.Imaging;

[Category("Unit")]
internal sealed class DominantColorTests
{
    [TestCase(new byte[] { 1, 2, 3 }, "#010203")]
    [TestCase(new byte[] { 0, 0, 0, 200, 10, 10, 202, 12, 10 }, "#c90b0a")]
    [TestCase(new byte[] { 255, 255, 255, 0, 0, 0, 255, 255, 255 }, "#ffffff")]
    public void Of_WhenColorsDiffer_IsTheMeanOfTheMostFrequent(byte[] rgb, string color) => Assert.That(DominantColor.Of(rgb), Is.EqualTo(color));
}
