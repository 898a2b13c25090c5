// PodEnvironment
