using System.Runtime.InteropServices;

namespace CharacterRefs.Infrastructure.Imaging;

/// <summary>Measures the processor time of one thread from another: pthread_getcpuclockid(3), which .NET does not offer. Linux only.</summary>
internal sealed class ThreadTime
{
    private volatile Start? _start;

    /// <summary>Called once, on the thread to measure.</summary>
    public void Begin()
    {
        if (OperatingSystem.IsLinux() && PThreadGetCpuClockId(PThreadSelf(), out var clock) == 0)
        {
            _start = new Start(clock, Read(clock));
        }
    }

    /// <summary>The processor time that the thread has used since it began, zero before; <c>null</c> where it cannot be measured.</summary>
    public TimeSpan? Used => !OperatingSystem.IsLinux() ? null
        : _start is not { } start ? TimeSpan.Zero
        : Read(start.Clock) - start.Used;

    private static TimeSpan? Read(int clock) => ClockGetTime(clock, out var time) == 0
        ? new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
        : null;

    [DllImport("libc", EntryPoint = "pthread_self"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint PThreadSelf();

    [DllImport("libc", EntryPoint = "pthread_getcpuclockid"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int PThreadGetCpuClockId(nint thread, out int clock);

    [DllImport("libc", EntryPoint = "clock_gettime"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockGetTime(int clock, out Time time);

    private sealed record Start(int Clock, TimeSpan? Used);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
