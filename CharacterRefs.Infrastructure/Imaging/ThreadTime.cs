using System.Runtime.InteropServices;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>Measures the processor time of one thread from another: pthread_getcpuclockid(3), which .NET does not offer. Linux only.</summary>
internal sealed class ThreadTime
{
    private int? _clock;

    /// <summary>Called once, on the thread to measure.</summary>
    public void Begin()
    {
        if (OperatingSystem.IsLinux() && PThreadGetCpuClockId(PThreadSelf(), out var clock) == 0)
        {
            _clock = clock;
        }
    }

    /// <summary>The processor time that the thread has used, zero before it began; <c>null</c> where it cannot be measured.</summary>
    public TimeSpan? Used => !OperatingSystem.IsLinux() ? null
        : _clock is not { } clock ? TimeSpan.Zero
        : ClockGetTime(clock, out var time) == 0 ? new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
        : null;

    [DllImport("libc", EntryPoint = "pthread_self"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint PThreadSelf();

    [DllImport("libc", EntryPoint = "pthread_getcpuclockid"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int PThreadGetCpuClockId(nint thread, out int clock);

    [DllImport("libc", EntryPoint = "clock_gettime"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockGetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
